/** Where a person without a cookie arrives. */
import { Document, type Frame } from './layout.tsx';

const NOBODY: Frame = { principal: null, firing: 0, waiting: 0, problems: [], nowMs: 0 };

export function SignInPage({ to, refused }: { to: string; refused?: string }) {
  return (
    <Document title="Sign in" frame={NOBODY}>
      <div class="sheet narrow">
        <h1>Sign in</h1>
        {refused && (
          <p class="notice notice-broken" role="alert">
            {refused}
          </p>
        )}
        <form method="post" action="/sign-in" class="stack">
          <label for="token">API token</label>
          <input
            id="token"
            name="token"
            type="password"
            required
            maxLength={200}
            autocomplete="current-password"
            spellcheck={false}
          />
          <input type="hidden" name="to" value={to} />
          <button type="submit">Sign in</button>
        </form>
        <p class="hint">
          No token at hand? On the collector, <code>backproof-collector sign-in-link NAME</code> prints a link
          that works once.
        </p>
      </div>
    </Document>
  );
}
