/** What can be restored. */
import { formatSize } from '../../../proto/duration.ts';
import type { StoredPoint } from '../../store/types.ts';
import { When } from './marks.tsx';
import { subjectWord } from './words.ts';

export type ShownPoint = StoredPoint;

export function PointTable(props: { points: ShownPoint[]; kind: string; nowMs: number; caption: string }) {
  return (
    <div class="scroller">
      <table class="plain">
        <caption class="vh">{props.caption}</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Of</th>
            <th scope="col">Repository</th>
            <th scope="col" class="num">
              Size
            </th>
            <th scope="col" class="num">
              Made
            </th>
          </tr>
        </thead>
        <tbody>
          {props.points.map((point) => (
            <tr key={point.id}>
              <th scope="row">
                <code>{point.name}</code>
                {point.missingSinceMs !== null && (
                  <>
                    {' '}
                    missing since <When atMs={point.missingSinceMs} nowMs={props.nowMs} />
                  </>
                )}
              </th>
              <td>{subjectWord(point.subject, props.kind)}</td>
              <td>{point.repository}</td>
              <td class="num">{point.sizeBytes === 0 ? 'not known' : formatSize(point.sizeBytes)}</td>
              <td class="num">
                <When atMs={point.createdAtMs} nowMs={props.nowMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
