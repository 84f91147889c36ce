/**
 * Stands between a run and its repository: is it the one that it was? What borg itself says in the answers a run
 * asks for anyway is compared with what the spool remembers, so that it costs no process of its own. Only while
 * something is in doubt the repository is looked at first, and nothing is sent before it is the right one again.
 */

import type { Clock } from '../../proto/clock.ts';
import type { RepositorySpec } from '../config/job-spec.ts';
import {
  acceptance,
  judgeRepository,
  type KnownRepository,
  ownedDifferently,
  type RepositoryDoubt,
} from '../decide/repository.ts';
import { accessOf, borgStep, explain } from '../engines/borg-steps.ts';
import type { EngineContext, ProcessSeen, ProcessStep } from '../engines/types.ts';
import type { SpoolWriter } from '../spool/writer.ts';
import type { Spool } from '../spool.ts';
import { NO_ARCHIVE } from '../tools/archive-name.ts';
import { listArchivesArgv, RELOCATED_VARIABLE } from '../tools/borg.ts';
import { type NamedRepository, parseNamedRepository } from '../tools/borg-repository.ts';

export interface RepositoryGuardDeps {
  spool: Pick<Spool, 'repositories'>;
  writer: Pick<SpoolWriter, 'write'>;
  clock: Clock;
  /** Whose this host is. */
  customer: string;
}

export class RepositoryGuard {
  readonly #deps: RepositoryGuardDeps;

  constructor(deps: RepositoryGuardDeps) {
    this.#deps = deps;
  }

  /** Added to the environment of a run's processes. */
  environment(repository: RepositorySpec): Record<string, string> {
    const doubt = this.#known(repository)?.doubt;
    return doubt?.type === 'moved' && doubt.accepted ? { [RELOCATED_VARIABLE]: 'yes' } : {};
  }

  /** The step that must come before anything is sent, null when nothing is in doubt. */
  lookFirst(repository: RepositorySpec, context: EngineContext): ProcessStep | null {
    const doubt = this.#known(repository)?.doubt ?? null;
    if (doubt === null || doubt.type === 'moved') return null;
    return borgStep(repository, context, {
      id: 'identity',
      argv: listArchivesArgv(accessOf(repository), NO_ARCHIVE),
      about: 'looking whether it is the right repository',
    });
  }

  /** Why the run must not go on after that look, null when the repository is the right one. */
  afterLook(repository: RepositorySpec, seen: ProcessSeen): string | null {
    const refused = this.after(repository, seen, false);
    if (refused !== null || parseNamedRepository(seen.stdout) !== null) return refused;
    return explain(seen, repository, []).reason;
  }

  /** Why the run must not go on after one of its steps, null when it may. */
  after(repository: RepositorySpec, seen: ProcessSeen, sent = true): string | null {
    const known = this.#known(repository);
    if (seen.said.errors.some(({ msgid }) => msgid === RELOCATED_VARIABLE)) {
      this.#note(repository, known, { type: 'moved', accepted: false });
      return null;
    }
    const found = parseNamedRepository(seen.stdout);
    if (found === null) return null;
    const judged = judgeRepository(repository, known, found, sent, this.#deps.clock.nowMs());
    if (!judged.use) {
      this.#note(repository, known, judged.doubt);
      return judged.reason;
    }
    const heldFor = this.#heldFor(repository);
    if (judged.report || ownedDifferently(known?.seen ?? null, heldFor)) this.#trust(repository, found);
    return null;
  }

  /** A person says that what was found is right. */
  accept(repository: RepositorySpec): { accepted: boolean; reason: string } {
    const known = this.#known(repository);
    const answer = acceptance(repository, known);
    if (!answer.accepted) return answer;
    if ('seen' in answer.now) this.#trust(repository, answer.now.seen);
    else this.#note(repository, known, answer.now.doubt);
    return { accepted: true, reason: answer.reason };
  }

  #known({ name, location }: RepositorySpec): KnownRepository | null {
    return this.#deps.spool.repositories.known(name, location);
  }

  #heldFor({ customer }: RepositorySpec): string {
    return customer !== null && customer !== this.#deps.customer ? customer : '';
  }

  /** Remembered with the record: what the collector hears is what is expected from now on. */
  #trust(repository: RepositorySpec, { borgId, encryption }: NamedRepository): void {
    const { name, location } = repository;
    const value = { repository: name, borgId, location, encryption, heldFor: this.#heldFor(repository) };
    this.#deps.writer.write({ type: 'repository-seen', value }, this.#deps.clock.nowMs());
  }

  #note({ name, location }: RepositorySpec, known: KnownRepository | null, doubt: RepositoryDoubt): void {
    if (JSON.stringify(known?.doubt) === JSON.stringify(doubt)) return;
    this.#deps.spool.repositories.noteDoubt(name, location, doubt);
  }
}
