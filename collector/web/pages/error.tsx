/** What a person sees when a page cannot be shown. */
import { titleOf } from '../problem.ts';
import { Document, type Frame } from './layout.tsx';

export function ErrorPage({ frame, status, detail }: { frame: Frame; status: number; detail: string }) {
  return (
    <Document title={titleOf(status)} frame={frame}>
      <div class="sheet narrow">
        <h1>{titleOf(status)}</h1>
        <p>{detail}</p>
        <p>
          <a href="/">To all jobs</a>
        </p>
      </div>
    </Document>
  );
}
