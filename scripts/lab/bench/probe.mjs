/**
 * Loaded into a measured process with `node --import`, into ours and into the bare one alike, so that what it
 * costs is the same on both sides. Answers one JSON line a request on the unix socket BENCH_PROBE:
 * `gc` collects garbage, `delay` reports the event loop's delay since the last `reset`.
 */
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const DELAY_RESOLUTION_MS = 1;
const NS_PER_MS = 1e6;

if (process.env.BENCH_PROBE) {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const answers = {
    gc() {
      collectGarbage();
      return process.memoryUsage();
    },
    reset() {
      delay.reset();
      return {};
    },
    delay() {
      return {
        p50Ms: delay.percentile(50) / NS_PER_MS,
        p99Ms: delay.percentile(99) / NS_PER_MS,
        maxMs: delay.max / NS_PER_MS,
      };
    },
  };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (asked) => socket.end(`${JSON.stringify(answers[String(asked).trim()]())}\n`));
  });
  // A second process with the same environment (a command line tool) finds the socket taken: not its business.
  server.on('error', () => {});
  server.listen(process.env.BENCH_PROBE);
  server.unref();
}
