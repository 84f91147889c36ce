/** Which borg repositories a host uses, and used. */
import { isReadable, shortId } from '../../../proto/repository.ts';
import type { RepositoryRow } from '../../store/types.ts';
import { When } from './marks.tsx';

export function RepositoryTable(props: { repositories: RepositoryRow[]; nowMs: number; caption: string }) {
  return (
    <div class="scroller">
      <table class="plain">
        <caption class="vh">{props.caption}</caption>
        <thead>
          <tr>
            <th scope="col">Repository</th>
            <th scope="col">Encryption</th>
            <th scope="col">Where</th>
            <th scope="col">Of</th>
            <th scope="col">borg’s id</th>
            <th scope="col" class="num">
              First seen
            </th>
            <th scope="col" class="num">
              Last seen
            </th>
          </tr>
        </thead>
        <tbody>
          {props.repositories.map((row) => (
            <tr key={`${row.name} ${row.borgId} ${row.location}`}>
              <th scope="row">
                {row.name}
                {!row.inUse && ' (before)'}
              </th>
              <td>{isReadable(row.encryption) ? <strong>not encrypted</strong> : row.encryption}</td>
              <td>
                <code>{row.location}</code>
              </td>
              <td>{row.owner}</td>
              <td>
                <code>{shortId(row.borgId)}</code>
              </td>
              <td class="num">
                <When atMs={row.firstSeenAtMs} nowMs={props.nowMs} />
              </td>
              <td class="num">
                <When atMs={row.lastSeenAtMs} nowMs={props.nowMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
