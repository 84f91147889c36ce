/** Every row of the matrix, in the order of the table. A new fault: an object in the file of its theme. */
import { collectorFaults } from './collector.ts';
import { databaseFaults } from './database.ts';
import { dumpFaults } from './dumps.ts';
import { hostFaults } from './hosts.ts';
import { keyFaults } from './keys.ts';
import { mariadbFaults } from './mariadb.ts';
import { mountedFaults } from './mounted.ts';
import { nightFaults } from './night.ts';
import { otherFaults } from './others.ts';
import { pitrArchivingFaults } from './pitr-archiving.ts';
import { pitrQuietFaults } from './pitr-quiet.ts';
import { pitrRepositoryFaults } from './pitr-repository.ts';
import { pitrServerFaults } from './pitr-servers.ts';
import { pitrStreamingFaults } from './pitr-streaming.ts';
import { pitrTimeFaults } from './pitr-time.ts';
import { replicaFaults } from './replicas.ts';
import { repositoryFaults } from './repository.ts';
import { retentionFaults } from './retention.ts';
import { runFaults } from './runs.ts';
import { sharedFaults } from './shared.ts';
import { sourceFaults } from './sources.ts';
import type { Fault } from './types.ts';

export const FAULTS: readonly Fault[] = [
  ...hostFaults,
  ...runFaults,
  ...repositoryFaults,
  ...keyFaults,
  ...retentionFaults,
  ...sourceFaults,
  ...mountedFaults,
  ...sharedFaults,
  ...otherFaults,
  ...databaseFaults,
  ...dumpFaults,
  ...replicaFaults,
  ...mariadbFaults,
  ...pitrArchivingFaults,
  ...pitrRepositoryFaults,
  ...pitrServerFaults,
  ...pitrStreamingFaults,
  ...pitrTimeFaults,
  ...pitrQuietFaults,
  ...nightFaults,
  ...collectorFaults,
];
