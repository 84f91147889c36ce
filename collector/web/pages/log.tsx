/** The end of a run's log. */

export function Log({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <pre class="log" tabIndex={0}>
      {text}
    </pre>
  );
}
