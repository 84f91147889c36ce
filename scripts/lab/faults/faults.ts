/** Every row of the matrix, in the order of the table. A new fault: an object in the file of its theme. */
import { collectorFaults } from './collector.ts';
import { databaseFaults } from './database.ts';
import { hostFaults } from './hosts.ts';
import { keyFaults } from './keys.ts';
import { mountedFaults } from './mounted.ts';
import { nightFaults } from './night.ts';
import { repositoryFaults } from './repository.ts';
import { runFaults } from './runs.ts';
import { sourceFaults } from './sources.ts';
import type { Fault } from './types.ts';

export const FAULTS: readonly Fault[] = [
  ...hostFaults,
  ...runFaults,
  ...repositoryFaults,
  ...keyFaults,
  ...sourceFaults,
  ...mountedFaults,
  ...otherFaults,
  ...databaseFaults,
  ...nightFaults,
  ...collectorFaults,
];
