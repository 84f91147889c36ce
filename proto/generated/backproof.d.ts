import * as $protobuf from "protobufjs";
import Long = require("long");

export namespace backproof {

    namespace v1 {

        interface IToCollector extends backproof.v1.ToCollector.$Properties {
        }

        class ToCollector {
            constructor(properties?: backproof.v1.ToCollector.$Properties);
            $unknowns?: Uint8Array[];
            hello?: (backproof.v1.Hello.$Properties|null);
            spooledRecord?: (backproof.v1.SpooledRecord.$Properties|null);
            heartbeat?: (backproof.v1.Heartbeat.$Properties|null);
            runProgress?: (backproof.v1.RunProgress.$Properties|null);
            requestAnswered?: (backproof.v1.RequestAnswered.$Properties|null);
            certificateRequested?: (backproof.v1.CertificateRequested.$Properties|null);
            walSample?: (backproof.v1.WalSample.$Properties|null);
            message?: ("hello"|"spooledRecord"|"heartbeat"|"runProgress"|"requestAnswered"|"certificateRequested"|"walSample");
            static encode(message: backproof.v1.ToCollector.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.ToCollector & backproof.v1.ToCollector.$Shape;
        }

        namespace ToCollector {
            interface $Properties {
                hello?: (backproof.v1.Hello.$Properties|null);
                spooledRecord?: (backproof.v1.SpooledRecord.$Properties|null);
                heartbeat?: (backproof.v1.Heartbeat.$Properties|null);
                runProgress?: (backproof.v1.RunProgress.$Properties|null);
                requestAnswered?: (backproof.v1.RequestAnswered.$Properties|null);
                certificateRequested?: (backproof.v1.CertificateRequested.$Properties|null);
                walSample?: (backproof.v1.WalSample.$Properties|null);
                message?: ("hello"|"spooledRecord"|"heartbeat"|"runProgress"|"requestAnswered"|"certificateRequested"|"walSample");
                $unknowns?: Uint8Array[];
            }
            type $Shape = {
              hello?: backproof.v1.Hello.$Shape|null;
              spooledRecord?: backproof.v1.SpooledRecord.$Shape|null;
              heartbeat?: backproof.v1.Heartbeat.$Shape|null;
              runProgress?: backproof.v1.RunProgress.$Shape|null;
              requestAnswered?: backproof.v1.RequestAnswered.$Shape|null;
              certificateRequested?: backproof.v1.CertificateRequested.$Shape|null;
              walSample?: backproof.v1.WalSample.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ message?: undefined; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "hello"; hello: backproof.v1.Hello.$Shape; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "spooledRecord"; hello?: null; spooledRecord: backproof.v1.SpooledRecord.$Shape; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "heartbeat"; hello?: null; spooledRecord?: null; heartbeat: backproof.v1.Heartbeat.$Shape; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "runProgress"; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress: backproof.v1.RunProgress.$Shape; requestAnswered?: null; certificateRequested?: null; walSample?: null }|{ message?: "requestAnswered"; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered: backproof.v1.RequestAnswered.$Shape; certificateRequested?: null; walSample?: null }|{ message?: "certificateRequested"; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested: backproof.v1.CertificateRequested.$Shape; walSample?: null }|{ message?: "walSample"; hello?: null; spooledRecord?: null; heartbeat?: null; runProgress?: null; requestAnswered?: null; certificateRequested?: null; walSample: backproof.v1.WalSample.$Shape })
            );
        }

        interface IHello extends backproof.v1.Hello.$Properties {
        }

        class Hello {
            constructor(properties?: backproof.v1.Hello.$Properties);
            $unknowns?: Uint8Array[];
            epoch: number;
            firstSeq: number;
            lastSeq: number;
            agentVersion: string;
            instance: string;
            capabilities: string[];
            sentAtMs: number;
            continuesEpoch: number;
            static encode(message: backproof.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Hello & backproof.v1.Hello.$Shape;
        }

        namespace Hello {
            interface $Properties {
                epoch?: (number|null);
                firstSeq?: (number|null);
                lastSeq?: (number|null);
                agentVersion?: (string|null);
                instance?: (string|null);
                capabilities?: (string[]|null);
                sentAtMs?: (number|null);
                continuesEpoch?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Hello.$Properties;
        }

        interface ISpooledRecord extends backproof.v1.SpooledRecord.$Properties {
        }

        class SpooledRecord {
            constructor(properties?: backproof.v1.SpooledRecord.$Properties);
            $unknowns?: Uint8Array[];
            seq: number;
            chain: Uint8Array;
            record: Uint8Array;
            static encode(message: backproof.v1.SpooledRecord.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.SpooledRecord & backproof.v1.SpooledRecord.$Shape;
        }

        namespace SpooledRecord {
            interface $Properties {
                seq?: (number|null);
                chain?: (Uint8Array|null);
                record?: (Uint8Array|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.SpooledRecord.$Properties;
        }

        interface IRecord extends backproof.v1.Record.$Properties {
        }

        class Record {
            constructor(properties?: backproof.v1.Record.$Properties);
            $unknowns?: Uint8Array[];
            recordedAtMs: number;
            jobDeclared?: (backproof.v1.JobDeclared.$Properties|null);
            jobRemoved?: (backproof.v1.JobRemoved.$Properties|null);
            runStarted?: (backproof.v1.RunStarted.$Properties|null);
            runFinished?: (backproof.v1.RunFinished.$Properties|null);
            recoveryPointsSeen?: (backproof.v1.RecoveryPointsSeen.$Properties|null);
            hostFacts?: (backproof.v1.HostFacts.$Properties|null);
            gap?: (backproof.v1.Gap.$Properties|null);
            repositorySeen?: (backproof.v1.RepositorySeen.$Properties|null);
            storageSeen?: (backproof.v1.StorageSeen.$Properties|null);
            restoreRequested?: (backproof.v1.RestoreRequested.$Properties|null);
            restoreStarted?: (backproof.v1.RestoreStarted.$Properties|null);
            restoreFinished?: (backproof.v1.RestoreFinished.$Properties|null);
            body?: ("jobDeclared"|"jobRemoved"|"runStarted"|"runFinished"|"recoveryPointsSeen"|"hostFacts"|"gap"|"repositorySeen"|"storageSeen"|"restoreRequested"|"restoreStarted"|"restoreFinished");
            static encode(message: backproof.v1.Record.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Record & backproof.v1.Record.$Shape;
        }

        namespace Record {
            interface $Properties {
                recordedAtMs?: (number|null);
                jobDeclared?: (backproof.v1.JobDeclared.$Properties|null);
                jobRemoved?: (backproof.v1.JobRemoved.$Properties|null);
                runStarted?: (backproof.v1.RunStarted.$Properties|null);
                runFinished?: (backproof.v1.RunFinished.$Properties|null);
                recoveryPointsSeen?: (backproof.v1.RecoveryPointsSeen.$Properties|null);
                hostFacts?: (backproof.v1.HostFacts.$Properties|null);
                gap?: (backproof.v1.Gap.$Properties|null);
                repositorySeen?: (backproof.v1.RepositorySeen.$Properties|null);
                storageSeen?: (backproof.v1.StorageSeen.$Properties|null);
                restoreRequested?: (backproof.v1.RestoreRequested.$Properties|null);
                restoreStarted?: (backproof.v1.RestoreStarted.$Properties|null);
                restoreFinished?: (backproof.v1.RestoreFinished.$Properties|null);
                body?: ("jobDeclared"|"jobRemoved"|"runStarted"|"runFinished"|"recoveryPointsSeen"|"hostFacts"|"gap"|"repositorySeen"|"storageSeen"|"restoreRequested"|"restoreStarted"|"restoreFinished");
                $unknowns?: Uint8Array[];
            }
            type $Shape = {
              recordedAtMs?: number|null;
              jobDeclared?: backproof.v1.JobDeclared.$Shape|null;
              jobRemoved?: backproof.v1.JobRemoved.$Shape|null;
              runStarted?: backproof.v1.RunStarted.$Shape|null;
              runFinished?: backproof.v1.RunFinished.$Shape|null;
              recoveryPointsSeen?: backproof.v1.RecoveryPointsSeen.$Shape|null;
              hostFacts?: backproof.v1.HostFacts.$Shape|null;
              gap?: backproof.v1.Gap.$Shape|null;
              repositorySeen?: backproof.v1.RepositorySeen.$Shape|null;
              storageSeen?: backproof.v1.StorageSeen.$Shape|null;
              restoreRequested?: backproof.v1.RestoreRequested.$Shape|null;
              restoreStarted?: backproof.v1.RestoreStarted.$Shape|null;
              restoreFinished?: backproof.v1.RestoreFinished.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ body?: undefined; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "jobDeclared"; jobDeclared: backproof.v1.JobDeclared.$Shape; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "jobRemoved"; jobDeclared?: null; jobRemoved: backproof.v1.JobRemoved.$Shape; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "runStarted"; jobDeclared?: null; jobRemoved?: null; runStarted: backproof.v1.RunStarted.$Shape; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "runFinished"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished: backproof.v1.RunFinished.$Shape; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "recoveryPointsSeen"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen: backproof.v1.RecoveryPointsSeen.$Shape; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "hostFacts"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts: backproof.v1.HostFacts.$Shape; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "gap"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap: backproof.v1.Gap.$Shape; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "repositorySeen"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen: backproof.v1.RepositorySeen.$Shape; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "storageSeen"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen: backproof.v1.StorageSeen.$Shape; restoreRequested?: null; restoreStarted?: null; restoreFinished?: null }|{ body?: "restoreRequested"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested: backproof.v1.RestoreRequested.$Shape; restoreStarted?: null; restoreFinished?: null }|{ body?: "restoreStarted"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted: backproof.v1.RestoreStarted.$Shape; restoreFinished?: null }|{ body?: "restoreFinished"; jobDeclared?: null; jobRemoved?: null; runStarted?: null; runFinished?: null; recoveryPointsSeen?: null; hostFacts?: null; gap?: null; repositorySeen?: null; storageSeen?: null; restoreRequested?: null; restoreStarted?: null; restoreFinished: backproof.v1.RestoreFinished.$Shape })
            );
        }

        interface ISchedule extends backproof.v1.Schedule.$Properties {
        }

        class Schedule {
            constructor(properties?: backproof.v1.Schedule.$Properties);
            $unknowns?: Uint8Array[];
            cron: string;
            zone: string;
            spreadMs: number;
            startGraceMs: number;
            finishWithinMs: number;
            static encode(message: backproof.v1.Schedule.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Schedule & backproof.v1.Schedule.$Shape;
        }

        namespace Schedule {
            interface $Properties {
                cron?: (string|null);
                zone?: (string|null);
                spreadMs?: (number|null);
                startGraceMs?: (number|null);
                finishWithinMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Schedule.$Properties;
        }

        interface IJobDeclared extends backproof.v1.JobDeclared.$Properties {
        }

        class JobDeclared {
            constructor(properties?: backproof.v1.JobDeclared.$Properties);
            $unknowns?: Uint8Array[];
            job: string;
            kind: string;
            schedule?: (backproof.v1.Schedule.$Properties|null);
            longestSilenceMs: number;
            keepMs: number;
            repository: string;
            sources: string[];
            excludes: string[];
            startedByAgent: boolean;
            sharedAs: string;
            staleAfter?: (backproof.v1.StaleAfter.$Properties|null);
            static encode(message: backproof.v1.JobDeclared.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.JobDeclared & backproof.v1.JobDeclared.$Shape;
        }

        namespace JobDeclared {
            interface $Properties {
                job?: (string|null);
                kind?: (string|null);
                schedule?: (backproof.v1.Schedule.$Properties|null);
                longestSilenceMs?: (number|null);
                keepMs?: (number|null);
                repository?: (string|null);
                sources?: (string[]|null);
                excludes?: (string[]|null);
                startedByAgent?: (boolean|null);
                sharedAs?: (string|null);
                staleAfter?: (backproof.v1.StaleAfter.$Properties|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.JobDeclared.$Properties;
        }

        interface IStaleAfter extends backproof.v1.StaleAfter.$Properties {
        }

        class StaleAfter {
            constructor(properties?: backproof.v1.StaleAfter.$Properties);
            $unknowns?: Uint8Array[];
            warningMs: number;
            criticalMs: number;
            static encode(message: backproof.v1.StaleAfter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.StaleAfter & backproof.v1.StaleAfter.$Shape;
        }

        namespace StaleAfter {
            interface $Properties {
                warningMs?: (number|null);
                criticalMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.StaleAfter.$Properties;
        }

        interface IJobRemoved extends backproof.v1.JobRemoved.$Properties {
        }

        class JobRemoved {
            constructor(properties?: backproof.v1.JobRemoved.$Properties);
            $unknowns?: Uint8Array[];
            job: string;
            static encode(message: backproof.v1.JobRemoved.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.JobRemoved & backproof.v1.JobRemoved.$Shape;
        }

        namespace JobRemoved {
            interface $Properties {
                job?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.JobRemoved.$Properties;
        }

        enum Trigger {
            TRIGGER_UNSPECIFIED = 0,
            TRIGGER_SCHEDULE = 1,
            TRIGGER_CATCH_UP = 2,
            TRIGGER_MANUAL = 3,
            TRIGGER_REQUEST = 4,
            TRIGGER_EXEC = 5,
            TRIGGER_PING = 6
        }

        enum Outcome {
            OUTCOME_UNSPECIFIED = 0,
            OUTCOME_SUCCEEDED = 1,
            OUTCOME_WARNING = 2,
            OUTCOME_FAILED = 3,
            OUTCOME_TIMED_OUT = 4,
            OUTCOME_CANCELLED = 5,
            OUTCOME_SKIPPED = 6
        }

        interface IRunStarted extends backproof.v1.RunStarted.$Properties {
        }

        class RunStarted {
            constructor(properties?: backproof.v1.RunStarted.$Properties);
            $unknowns?: Uint8Array[];
            job: string;
            runId: string;
            dueAtMs: number;
            startedAtMs: number;
            trigger: backproof.v1.Trigger;
            static encode(message: backproof.v1.RunStarted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RunStarted & backproof.v1.RunStarted.$Shape;
        }

        namespace RunStarted {
            interface $Properties {
                job?: (string|null);
                runId?: (string|null);
                dueAtMs?: (number|null);
                startedAtMs?: (number|null);
                trigger?: (backproof.v1.Trigger|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RunStarted.$Properties;
        }

        interface IRunFinished extends backproof.v1.RunFinished.$Properties {
        }

        class RunFinished {
            constructor(properties?: backproof.v1.RunFinished.$Properties);
            $unknowns?: Uint8Array[];
            job: string;
            runId: string;
            dueAtMs: number;
            startedAtMs: number;
            finishedAtMs: number;
            durationMs: number;
            trigger: backproof.v1.Trigger;
            outcome: backproof.v1.Outcome;
            exitCode?: (number|null);
            signal: string;
            reason: string;
            recoveryPoints: backproof.v1.RecoveryPoint.$Properties[];
            stats?: (backproof.v1.RunStats.$Properties|null);
            warnings: backproof.v1.Warning.$Properties[];
            warningsTotal: number;
            logTail: string;
            static encode(message: backproof.v1.RunFinished.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RunFinished & backproof.v1.RunFinished.$Shape;
        }

        namespace RunFinished {
            interface $Properties {
                job?: (string|null);
                runId?: (string|null);
                dueAtMs?: (number|null);
                startedAtMs?: (number|null);
                finishedAtMs?: (number|null);
                durationMs?: (number|null);
                trigger?: (backproof.v1.Trigger|null);
                outcome?: (backproof.v1.Outcome|null);
                exitCode?: (number|null);
                signal?: (string|null);
                reason?: (string|null);
                recoveryPoints?: (backproof.v1.RecoveryPoint.$Properties[]|null);
                stats?: (backproof.v1.RunStats.$Properties|null);
                warnings?: (backproof.v1.Warning.$Properties[]|null);
                warningsTotal?: (number|null);
                logTail?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RunFinished.$Properties;
        }

        interface IRunStats extends backproof.v1.RunStats.$Properties {
        }

        class RunStats {
            constructor(properties?: backproof.v1.RunStats.$Properties);
            $unknowns?: Uint8Array[];
            originalBytes: number;
            compressedBytes: number;
            deduplicatedBytes: number;
            files: number;
            excluded: number;
            static encode(message: backproof.v1.RunStats.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RunStats & backproof.v1.RunStats.$Shape;
        }

        namespace RunStats {
            interface $Properties {
                originalBytes?: (number|null);
                compressedBytes?: (number|null);
                deduplicatedBytes?: (number|null);
                files?: (number|null);
                excluded?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RunStats.$Properties;
        }

        interface IWarning extends backproof.v1.Warning.$Properties {
        }

        class Warning {
            constructor(properties?: backproof.v1.Warning.$Properties);
            $unknowns?: Uint8Array[];
            code: string;
            message: string;
            path: string;
            harmless: boolean;
            static encode(message: backproof.v1.Warning.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Warning & backproof.v1.Warning.$Shape;
        }

        namespace Warning {
            interface $Properties {
                code?: (string|null);
                message?: (string|null);
                path?: (string|null);
                harmless?: (boolean|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Warning.$Properties;
        }

        interface IRecoveryPoint extends backproof.v1.RecoveryPoint.$Properties {
        }

        class RecoveryPoint {
            constructor(properties?: backproof.v1.RecoveryPoint.$Properties);
            $unknowns?: Uint8Array[];
            repository: string;
            name: string;
            id: string;
            subject: string;
            createdAtMs: number;
            sizeBytes: number;
            static encode(message: backproof.v1.RecoveryPoint.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RecoveryPoint & backproof.v1.RecoveryPoint.$Shape;
        }

        namespace RecoveryPoint {
            interface $Properties {
                repository?: (string|null);
                name?: (string|null);
                id?: (string|null);
                subject?: (string|null);
                createdAtMs?: (number|null);
                sizeBytes?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RecoveryPoint.$Properties;
        }

        interface IRecoveryPointsSeen extends backproof.v1.RecoveryPointsSeen.$Properties {
        }

        class RecoveryPointsSeen {
            constructor(properties?: backproof.v1.RecoveryPointsSeen.$Properties);
            $unknowns?: Uint8Array[];
            job: string;
            recoveryPoints: backproof.v1.RecoveryPoint.$Properties[];
            complete: boolean;
            static encode(message: backproof.v1.RecoveryPointsSeen.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RecoveryPointsSeen & backproof.v1.RecoveryPointsSeen.$Shape;
        }

        namespace RecoveryPointsSeen {
            interface $Properties {
                job?: (string|null);
                recoveryPoints?: (backproof.v1.RecoveryPoint.$Properties[]|null);
                complete?: (boolean|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RecoveryPointsSeen.$Properties;
        }

        interface IStorageSeen extends backproof.v1.StorageSeen.$Properties {
        }

        class StorageSeen {
            constructor(properties?: backproof.v1.StorageSeen.$Properties);
            $unknowns?: Uint8Array[];
            fileSystems: backproof.v1.FileSystem.$Properties[];
            static encode(message: backproof.v1.StorageSeen.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.StorageSeen & backproof.v1.StorageSeen.$Shape;
        }

        namespace StorageSeen {
            interface $Properties {
                fileSystems?: (backproof.v1.FileSystem.$Properties[]|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.StorageSeen.$Properties;
        }

        interface IFileSystem extends backproof.v1.FileSystem.$Properties {
        }

        class FileSystem {
            constructor(properties?: backproof.v1.FileSystem.$Properties);
            $unknowns?: Uint8Array[];
            path: string;
            totalBytes: number;
            freeBytes: number;
            static encode(message: backproof.v1.FileSystem.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.FileSystem & backproof.v1.FileSystem.$Shape;
        }

        namespace FileSystem {
            interface $Properties {
                path?: (string|null);
                totalBytes?: (number|null);
                freeBytes?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.FileSystem.$Properties;
        }

        interface ITool extends backproof.v1.Tool.$Properties {
        }

        class Tool {
            constructor(properties?: backproof.v1.Tool.$Properties);
            $unknowns?: Uint8Array[];
            name: string;
            version: string;
            static encode(message: backproof.v1.Tool.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Tool & backproof.v1.Tool.$Shape;
        }

        namespace Tool {
            interface $Properties {
                name?: (string|null);
                version?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Tool.$Properties;
        }

        interface INotBackedUp extends backproof.v1.NotBackedUp.$Properties {
        }

        class NotBackedUp {
            constructor(properties?: backproof.v1.NotBackedUp.$Properties);
            $unknowns?: Uint8Array[];
            name: string;
            why: string;
            static encode(message: backproof.v1.NotBackedUp.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.NotBackedUp & backproof.v1.NotBackedUp.$Shape;
        }

        namespace NotBackedUp {
            interface $Properties {
                name?: (string|null);
                why?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.NotBackedUp.$Properties;
        }

        interface IHostFacts extends backproof.v1.HostFacts.$Properties {
        }

        class HostFacts {
            constructor(properties?: backproof.v1.HostFacts.$Properties);
            $unknowns?: Uint8Array[];
            hostname: string;
            os: string;
            kernel: string;
            nodeVersion: string;
            agentVersion: string;
            zone: string;
            cpus: number;
            memoryBytes: number;
            tools: backproof.v1.Tool.$Properties[];
            notBackedUp: backproof.v1.NotBackedUp.$Properties[];
            static encode(message: backproof.v1.HostFacts.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.HostFacts & backproof.v1.HostFacts.$Shape;
        }

        namespace HostFacts {
            interface $Properties {
                hostname?: (string|null);
                os?: (string|null);
                kernel?: (string|null);
                nodeVersion?: (string|null);
                agentVersion?: (string|null);
                zone?: (string|null);
                cpus?: (number|null);
                memoryBytes?: (number|null);
                tools?: (backproof.v1.Tool.$Properties[]|null);
                notBackedUp?: (backproof.v1.NotBackedUp.$Properties[]|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.HostFacts.$Properties;
        }

        interface IRepositorySeen extends backproof.v1.RepositorySeen.$Properties {
        }

        class RepositorySeen {
            constructor(properties?: backproof.v1.RepositorySeen.$Properties);
            $unknowns?: Uint8Array[];
            repository: string;
            borgId: string;
            location: string;
            encryption: string;
            heldFor: string;
            static encode(message: backproof.v1.RepositorySeen.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RepositorySeen & backproof.v1.RepositorySeen.$Shape;
        }

        namespace RepositorySeen {
            interface $Properties {
                repository?: (string|null);
                borgId?: (string|null);
                location?: (string|null);
                encryption?: (string|null);
                heldFor?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RepositorySeen.$Properties;
        }

        interface IGap extends backproof.v1.Gap.$Properties {
        }

        class Gap {
            constructor(properties?: backproof.v1.Gap.$Properties);
            $unknowns?: Uint8Array[];
            fromSeq: number;
            toSeq: number;
            reason: string;
            oldestAtMs: number;
            newestAtMs: number;
            static encode(message: backproof.v1.Gap.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Gap & backproof.v1.Gap.$Shape;
        }

        namespace Gap {
            interface $Properties {
                fromSeq?: (number|null);
                toSeq?: (number|null);
                reason?: (string|null);
                oldestAtMs?: (number|null);
                newestAtMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Gap.$Properties;
        }

        interface IRestoreOrder extends backproof.v1.RestoreOrder.$Properties {
        }

        class RestoreOrder {
            constructor(properties?: backproof.v1.RestoreOrder.$Properties);
            $unknowns?: Uint8Array[];
            restoreId: string;
            job: string;
            by: string;
            login: string;
            reason: string;
            atMs: number;
            archives: string[];
            pointAtMs: number;
            subjects: string[];
            paths: string[];
            destination: string;
            inPlace: boolean;
            overwrite: boolean;
            role: string;
            noOwner: boolean;
            noPrivileges: boolean;
            static encode(message: backproof.v1.RestoreOrder.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RestoreOrder & backproof.v1.RestoreOrder.$Shape;
        }

        namespace RestoreOrder {
            interface $Properties {
                restoreId?: (string|null);
                job?: (string|null);
                by?: (string|null);
                login?: (string|null);
                reason?: (string|null);
                atMs?: (number|null);
                archives?: (string[]|null);
                pointAtMs?: (number|null);
                subjects?: (string[]|null);
                paths?: (string[]|null);
                destination?: (string|null);
                inPlace?: (boolean|null);
                overwrite?: (boolean|null);
                role?: (string|null);
                noOwner?: (boolean|null);
                noPrivileges?: (boolean|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RestoreOrder.$Properties;
        }

        enum RestoreApproval {
            RESTORE_APPROVAL_UNSPECIFIED = 0,
            RESTORE_APPROVAL_NOT_NEEDED = 1,
            RESTORE_APPROVAL_SECOND_PERSON = 2,
            RESTORE_APPROVAL_BYPASSED = 3
        }

        enum RestoreOutcome {
            RESTORE_OUTCOME_UNSPECIFIED = 0,
            RESTORE_OUTCOME_SUCCEEDED = 1,
            RESTORE_OUTCOME_WARNING = 2,
            RESTORE_OUTCOME_FAILED = 3,
            RESTORE_OUTCOME_CANCELLED = 4
        }

        interface IRestoreRequested extends backproof.v1.RestoreRequested.$Properties {
        }

        class RestoreRequested {
            constructor(properties?: backproof.v1.RestoreRequested.$Properties);
            $unknowns?: Uint8Array[];
            order?: (backproof.v1.RestoreOrder.$Properties|null);
            requestedAtMs: number;
            static encode(message: backproof.v1.RestoreRequested.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RestoreRequested & backproof.v1.RestoreRequested.$Shape;
        }

        namespace RestoreRequested {
            interface $Properties {
                order?: (backproof.v1.RestoreOrder.$Properties|null);
                requestedAtMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RestoreRequested.$Properties;
        }

        interface IRestoreStarted extends backproof.v1.RestoreStarted.$Properties {
        }

        class RestoreStarted {
            constructor(properties?: backproof.v1.RestoreStarted.$Properties);
            $unknowns?: Uint8Array[];
            order?: (backproof.v1.RestoreOrder.$Properties|null);
            startedAtMs: number;
            approval: backproof.v1.RestoreApproval;
            approvedBy: string;
            static encode(message: backproof.v1.RestoreStarted.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RestoreStarted & backproof.v1.RestoreStarted.$Shape;
        }

        namespace RestoreStarted {
            interface $Properties {
                order?: (backproof.v1.RestoreOrder.$Properties|null);
                startedAtMs?: (number|null);
                approval?: (backproof.v1.RestoreApproval|null);
                approvedBy?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RestoreStarted.$Properties;
        }

        interface IRestoreFinished extends backproof.v1.RestoreFinished.$Properties {
        }

        class RestoreFinished {
            constructor(properties?: backproof.v1.RestoreFinished.$Properties);
            $unknowns?: Uint8Array[];
            order?: (backproof.v1.RestoreOrder.$Properties|null);
            startedAtMs: number;
            finishedAtMs: number;
            durationMs: number;
            approval: backproof.v1.RestoreApproval;
            approvedBy: string;
            outcome: backproof.v1.RestoreOutcome;
            result: string;
            restoredBytes: number;
            static encode(message: backproof.v1.RestoreFinished.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RestoreFinished & backproof.v1.RestoreFinished.$Shape;
        }

        namespace RestoreFinished {
            interface $Properties {
                order?: (backproof.v1.RestoreOrder.$Properties|null);
                startedAtMs?: (number|null);
                finishedAtMs?: (number|null);
                durationMs?: (number|null);
                approval?: (backproof.v1.RestoreApproval|null);
                approvedBy?: (string|null);
                outcome?: (backproof.v1.RestoreOutcome|null);
                result?: (string|null);
                restoredBytes?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RestoreFinished.$Properties;
        }

        interface IHeartbeat extends backproof.v1.Heartbeat.$Properties {
        }

        class Heartbeat {
            constructor(properties?: backproof.v1.Heartbeat.$Properties);
            $unknowns?: Uint8Array[];
            sentAtMs: number;
            spoolRecords: number;
            spoolBytes: number;
            spoolError: string;
            runningJobs: string[];
            certificateExpiresAtMs: number;
            static encode(message: backproof.v1.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Heartbeat & backproof.v1.Heartbeat.$Shape;
        }

        namespace Heartbeat {
            interface $Properties {
                sentAtMs?: (number|null);
                spoolRecords?: (number|null);
                spoolBytes?: (number|null);
                spoolError?: (string|null);
                runningJobs?: (string[]|null);
                certificateExpiresAtMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Heartbeat.$Properties;
        }

        interface IRunProgress extends backproof.v1.RunProgress.$Properties {
        }

        class RunProgress {
            constructor(properties?: backproof.v1.RunProgress.$Properties);
            $unknowns?: Uint8Array[];
            job: string;
            runId: string;
            atMs: number;
            originalBytes: number;
            deduplicatedBytes: number;
            files: number;
            current: string;
            static encode(message: backproof.v1.RunProgress.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RunProgress & backproof.v1.RunProgress.$Shape;
        }

        namespace RunProgress {
            interface $Properties {
                job?: (string|null);
                runId?: (string|null);
                atMs?: (number|null);
                originalBytes?: (number|null);
                deduplicatedBytes?: (number|null);
                files?: (number|null);
                current?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RunProgress.$Properties;
        }

        interface IRequestAnswered extends backproof.v1.RequestAnswered.$Properties {
        }

        class RequestAnswered {
            constructor(properties?: backproof.v1.RequestAnswered.$Properties);
            $unknowns?: Uint8Array[];
            id: string;
            accepted: boolean;
            reason: string;
            static encode(message: backproof.v1.RequestAnswered.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RequestAnswered & backproof.v1.RequestAnswered.$Shape;
        }

        namespace RequestAnswered {
            interface $Properties {
                id?: (string|null);
                accepted?: (boolean|null);
                reason?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RequestAnswered.$Properties;
        }

        interface IWalSample extends backproof.v1.WalSample.$Properties {
        }

        class WalSample {
            constructor(properties?: backproof.v1.WalSample.$Properties);
            $unknowns?: Uint8Array[];
            job: string;
            atMs: number;
            databaseProblem: string;
            repositoryProblem: string;
            role: string;
            systemIdentifier: string;
            stanzaSystemIdentifier: string;
            timeline: number;
            repositoryTimeline: number;
            lsn: number;
            savedLsn: number;
            exposureMs: number;
            isArchiving: boolean;
            archiveTimeoutMs: number;
            archiverProblem: string;
            lost: string;
            holes: string[];
            windows: backproof.v1.WalWindow.$Properties[];
            backupsAtMs: number[];
            isComplete: boolean;
            damaged: string[];
            heartbeatAtMs: number;
            stray: string;
            static encode(message: backproof.v1.WalSample.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.WalSample & backproof.v1.WalSample.$Shape;
        }

        namespace WalSample {
            interface $Properties {
                job?: (string|null);
                atMs?: (number|null);
                databaseProblem?: (string|null);
                repositoryProblem?: (string|null);
                role?: (string|null);
                systemIdentifier?: (string|null);
                stanzaSystemIdentifier?: (string|null);
                timeline?: (number|null);
                repositoryTimeline?: (number|null);
                lsn?: (number|null);
                savedLsn?: (number|null);
                exposureMs?: (number|null);
                isArchiving?: (boolean|null);
                archiveTimeoutMs?: (number|null);
                archiverProblem?: (string|null);
                lost?: (string|null);
                holes?: (string[]|null);
                windows?: (backproof.v1.WalWindow.$Properties[]|null);
                backupsAtMs?: (number[]|null);
                isComplete?: (boolean|null);
                damaged?: (string[]|null);
                heartbeatAtMs?: (number|null);
                stray?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.WalSample.$Properties;
        }

        interface IWalWindow extends backproof.v1.WalWindow.$Properties {
        }

        class WalWindow {
            constructor(properties?: backproof.v1.WalWindow.$Properties);
            $unknowns?: Uint8Array[];
            fromMs: number;
            toMs: number;
            static encode(message: backproof.v1.WalWindow.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.WalWindow & backproof.v1.WalWindow.$Shape;
        }

        namespace WalWindow {
            interface $Properties {
                fromMs?: (number|null);
                toMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.WalWindow.$Properties;
        }

        interface ICertificateRequested extends backproof.v1.CertificateRequested.$Properties {
        }

        class CertificateRequested {
            constructor(properties?: backproof.v1.CertificateRequested.$Properties);
            $unknowns?: Uint8Array[];
            csrPem: string;
            static encode(message: backproof.v1.CertificateRequested.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.CertificateRequested & backproof.v1.CertificateRequested.$Shape;
        }

        namespace CertificateRequested {
            interface $Properties {
                csrPem?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.CertificateRequested.$Properties;
        }

        interface IToAgent extends backproof.v1.ToAgent.$Properties {
        }

        class ToAgent {
            constructor(properties?: backproof.v1.ToAgent.$Properties);
            $unknowns?: Uint8Array[];
            welcome?: (backproof.v1.Welcome.$Properties|null);
            ack?: (backproof.v1.Ack.$Properties|null);
            request?: (backproof.v1.Request.$Properties|null);
            refused?: (backproof.v1.Refused.$Properties|null);
            certificateIssued?: (backproof.v1.CertificateIssued.$Properties|null);
            message?: ("welcome"|"ack"|"request"|"refused"|"certificateIssued");
            static encode(message: backproof.v1.ToAgent.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.ToAgent & backproof.v1.ToAgent.$Shape;
        }

        namespace ToAgent {
            interface $Properties {
                welcome?: (backproof.v1.Welcome.$Properties|null);
                ack?: (backproof.v1.Ack.$Properties|null);
                request?: (backproof.v1.Request.$Properties|null);
                refused?: (backproof.v1.Refused.$Properties|null);
                certificateIssued?: (backproof.v1.CertificateIssued.$Properties|null);
                message?: ("welcome"|"ack"|"request"|"refused"|"certificateIssued");
                $unknowns?: Uint8Array[];
            }
            type $Shape = {
              welcome?: backproof.v1.Welcome.$Shape|null;
              ack?: backproof.v1.Ack.$Shape|null;
              request?: backproof.v1.Request.$Shape|null;
              refused?: backproof.v1.Refused.$Shape|null;
              certificateIssued?: backproof.v1.CertificateIssued.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ message?: undefined; welcome?: null; ack?: null; request?: null; refused?: null; certificateIssued?: null }|{ message?: "welcome"; welcome: backproof.v1.Welcome.$Shape; ack?: null; request?: null; refused?: null; certificateIssued?: null }|{ message?: "ack"; welcome?: null; ack: backproof.v1.Ack.$Shape; request?: null; refused?: null; certificateIssued?: null }|{ message?: "request"; welcome?: null; ack?: null; request: backproof.v1.Request.$Shape; refused?: null; certificateIssued?: null }|{ message?: "refused"; welcome?: null; ack?: null; request?: null; refused: backproof.v1.Refused.$Shape; certificateIssued?: null }|{ message?: "certificateIssued"; welcome?: null; ack?: null; request?: null; refused?: null; certificateIssued: backproof.v1.CertificateIssued.$Shape })
            );
        }

        interface IWelcome extends backproof.v1.Welcome.$Properties {
        }

        class Welcome {
            constructor(properties?: backproof.v1.Welcome.$Properties);
            $unknowns?: Uint8Array[];
            epoch: number;
            committedSeq: number;
            committedChain: Uint8Array;
            credit: number;
            heartbeatMs: number;
            serverTimeMs: number;
            static encode(message: backproof.v1.Welcome.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Welcome & backproof.v1.Welcome.$Shape;
        }

        namespace Welcome {
            interface $Properties {
                epoch?: (number|null);
                committedSeq?: (number|null);
                committedChain?: (Uint8Array|null);
                credit?: (number|null);
                heartbeatMs?: (number|null);
                serverTimeMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Welcome.$Properties;
        }

        interface IAck extends backproof.v1.Ack.$Properties {
        }

        class Ack {
            constructor(properties?: backproof.v1.Ack.$Properties);
            $unknowns?: Uint8Array[];
            seq: number;
            static encode(message: backproof.v1.Ack.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Ack & backproof.v1.Ack.$Shape;
        }

        namespace Ack {
            interface $Properties {
                seq?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Ack.$Properties;
        }

        interface IRequest extends backproof.v1.Request.$Properties {
        }

        class Request {
            constructor(properties?: backproof.v1.Request.$Properties);
            $unknowns?: Uint8Array[];
            id: string;
            runJob?: (backproof.v1.RunJob.$Properties|null);
            renewCertificate?: (backproof.v1.RenewCertificate.$Properties|null);
            restoreDecided?: (backproof.v1.RestoreDecided.$Properties|null);
            ask?: ("runJob"|"renewCertificate"|"restoreDecided");
            static encode(message: backproof.v1.Request.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Request & backproof.v1.Request.$Shape;
        }

        namespace Request {
            interface $Properties {
                id?: (string|null);
                runJob?: (backproof.v1.RunJob.$Properties|null);
                renewCertificate?: (backproof.v1.RenewCertificate.$Properties|null);
                restoreDecided?: (backproof.v1.RestoreDecided.$Properties|null);
                ask?: ("runJob"|"renewCertificate"|"restoreDecided");
                $unknowns?: Uint8Array[];
            }
            type $Shape = {
              id?: string|null;
              runJob?: backproof.v1.RunJob.$Shape|null;
              renewCertificate?: backproof.v1.RenewCertificate.$Shape|null;
              restoreDecided?: backproof.v1.RestoreDecided.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ ask?: undefined; runJob?: null; renewCertificate?: null; restoreDecided?: null }|{ ask?: "runJob"; runJob: backproof.v1.RunJob.$Shape; renewCertificate?: null; restoreDecided?: null }|{ ask?: "renewCertificate"; runJob?: null; renewCertificate: backproof.v1.RenewCertificate.$Shape; restoreDecided?: null }|{ ask?: "restoreDecided"; runJob?: null; renewCertificate?: null; restoreDecided: backproof.v1.RestoreDecided.$Shape })
            );
        }

        interface IRunJob extends backproof.v1.RunJob.$Properties {
        }

        class RunJob {
            constructor(properties?: backproof.v1.RunJob.$Properties);
            $unknowns?: Uint8Array[];
            job: string;
            static encode(message: backproof.v1.RunJob.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RunJob & backproof.v1.RunJob.$Shape;
        }

        namespace RunJob {
            interface $Properties {
                job?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RunJob.$Properties;
        }

        interface IRenewCertificate extends backproof.v1.RenewCertificate.$Properties {
        }

        class RenewCertificate {
            constructor(properties?: backproof.v1.RenewCertificate.$Properties);
            $unknowns?: Uint8Array[];
            static encode(message: backproof.v1.RenewCertificate.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RenewCertificate & backproof.v1.RenewCertificate.$Shape;
        }

        namespace RenewCertificate {
            interface $Properties {
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RenewCertificate.$Properties;
        }

        interface IRestoreDecided extends backproof.v1.RestoreDecided.$Properties {
        }

        class RestoreDecided {
            constructor(properties?: backproof.v1.RestoreDecided.$Properties);
            $unknowns?: Uint8Array[];
            restoreId: string;
            digest: string;
            approved: boolean;
            by: string;
            note: string;
            validMs: number;
            static encode(message: backproof.v1.RestoreDecided.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.RestoreDecided & backproof.v1.RestoreDecided.$Shape;
        }

        namespace RestoreDecided {
            interface $Properties {
                restoreId?: (string|null);
                digest?: (string|null);
                approved?: (boolean|null);
                by?: (string|null);
                note?: (string|null);
                validMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.RestoreDecided.$Properties;
        }

        enum RefusedCode {
            REFUSED_UNSPECIFIED = 0,
            REFUSED_PROTOCOL = 1,
            REFUSED_OVERLOADED = 2,
            REFUSED_STORE_UNAVAILABLE = 3,
            REFUSED_REVOKED = 4,
            REFUSED_CLONED = 5,
            REFUSED_SUPERSEDED = 6,
            REFUSED_STOPPING = 7
        }

        interface IRefused extends backproof.v1.Refused.$Properties {
        }

        class Refused {
            constructor(properties?: backproof.v1.Refused.$Properties);
            $unknowns?: Uint8Array[];
            code: backproof.v1.RefusedCode;
            reason: string;
            retryAfterMs: number;
            static encode(message: backproof.v1.Refused.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.Refused & backproof.v1.Refused.$Shape;
        }

        namespace Refused {
            interface $Properties {
                code?: (backproof.v1.RefusedCode|null);
                reason?: (string|null);
                retryAfterMs?: (number|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.Refused.$Properties;
        }

        interface ICertificateIssued extends backproof.v1.CertificateIssued.$Properties {
        }

        class CertificateIssued {
            constructor(properties?: backproof.v1.CertificateIssued.$Properties);
            $unknowns?: Uint8Array[];
            certificatePem: string;
            static encode(message: backproof.v1.CertificateIssued.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): backproof.v1.CertificateIssued & backproof.v1.CertificateIssued.$Shape;
        }

        namespace CertificateIssued {
            interface $Properties {
                certificatePem?: (string|null);
                $unknowns?: Uint8Array[];
            }
            type $Shape = backproof.v1.CertificateIssued.$Properties;
        }
    }
}
