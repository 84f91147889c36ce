/** What every notifier must do, whatever it speaks. Each kind registers itself with fixtures. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { notificationOf } from '../../collector/decide/notification.ts';
import type { Notification, Notifier } from '../../collector/notifiers/types.ts';
import type { AlertRow, NotificationEvent } from '../../collector/store/types.ts';
import { Receiver } from '../support/receiver.ts';

export interface NotifierFixture {
  kind: string;
  create(url: string, allowAddresses: string[]): Notifier;
  /** What the receiver needs to tell one alert from another. */
  keyIn(body: string): string;
  /** What happened, as the receiver's own word. */
  eventIn(body: string): string;
  words: Record<Exclude<NotificationEvent, 'test'>, string>;
  /** The text a person reads. */
  textIn(body: string): string;
  textCharsMax: number;
  bodyBytesMax: number;
}

const NOW_MS = Date.UTC(2026, 10, 20, 3);
const LOOPBACK = ['127.0.0.0/8'];
/** A 1xx is no answer, so it is not among them. */
const STATUSES = Array.from({ length: 400 }, (_, i) => i + 200);
const PERMANENT = [400, 405, 410, 411, 413, 414, 415, 422, 431];

export function alert(change: Partial<AlertRow> = {}): AlertRow {
  return {
    id: 7,
    rule: 'sync_failed',
    subject: 'job:web1/files',
    host: 'web1',
    job: 'files',
    customer: 'acme',
    severity: 'critical',
    state: 'firing',
    reason: 'The run failed.',
    startedAtMs: NOW_MS - 1_000,
    updatedAtMs: NOW_MS,
    resolvedAtMs: null,
    resolvedReason: null,
    acknowledgedBy: null,
    acknowledgedAtMs: null,
    acknowledgedNote: null,
    ...change,
  };
}

export function notification(event: NotificationEvent, change: Partial<AlertRow> = {}): Notification {
  return notificationOf(alert(change), event, 'critical', 'https://backup.example.net', NOW_MS);
}

export function conforms(fixture: NotifierFixture): void {
  let receiver: Receiver;
  let notifier: Notifier;
  const inTime = () => AbortSignal.timeout(10_000);
  const send = (event: NotificationEvent, change: Partial<AlertRow> = {}) =>
    notifier.send(notification(event, change), inTime());

  beforeEach(async () => {
    receiver = new Receiver();
    await receiver.start();
    notifier = fixture.create(receiver.url, LOOPBACK);
  });
  afterEach(async () => {
    await notifier.close();
    await receiver.stop();
  });

  describe('answers', () => {
    test('every HTTP status is delivered, tried again, or refused', async () => {
      const wrong: string[] = [];
      for (const status of STATUSES) {
        receiver.answer = (response) => response.writeHead(status).end();
        const { result } = await send('trigger');
        const expected = status < 300 ? 'delivered' : PERMANENT.includes(status) ? 'permanent' : 'retryable';
        if (result !== expected) wrong.push(`${status}: ${result}, not ${expected}`);
      }
      expect(wrong).toEqual([]);
    });

    test('a redirect is not followed', async () => {
      receiver.answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end();
      await send('trigger');
      expect(receiver.received.map(({ path }) => path)).toEqual(['/enqueue']);
    });

    test('Retry-After in seconds and as a date is heard', async () => {
      receiver.answer = (response) => response.writeHead(429, { 'retry-after': '17' }).end();
      expect(await send('trigger')).toMatchObject({ result: 'retryable', afterMs: 17_000 });
      receiver.answer = (response) => {
        const date = new Date(NOW_MS).toUTCString();
        response.writeHead(503, { date, 'retry-after': new Date(NOW_MS + 60_000).toUTCString() }).end();
      };
      expect(await send('trigger')).toMatchObject({ result: 'retryable', afterMs: 60_000 });
      receiver.answer = (response) => response.writeHead(503, { 'retry-after': 'soon' }).end();
      expect(await send('trigger')).toEqual({ result: 'retryable', reason: 'the receiver answered 503' });
    });

    test('what a receiver says is quoted, bounded and made visible', async () => {
      const hostile = `\u001b[31m<script>${'x'.repeat(1024 * 1024)}`;
      receiver.answer = (response) => response.writeHead(500).end(hostile);
      const delivery = await send('trigger');
      expect(delivery.result).toBe('retryable');
      const { reason } = delivery as { reason: string };
      expect(reason.length).toBeLessThan(400);
      expect(reason).toContain('answered 500: ␛[31m<script>xxx');
    });

    test('an endless answer is cut off', async () => {
      receiver.answer = (response) => {
        response.writeHead(500);
        const more = () => {
          while (!response.destroyed && response.write('y'.repeat(16_384)));
        };
        response.on('drain', more);
        more();
      };
      expect((await send('trigger')).result).toBe('retryable');
    });
  });

  describe('a receiver that cannot be reached', () => {
    test('because nothing listens is tried again', async () => {
      await receiver.stop();
      const delivery = await send('trigger');
      expect(delivery).toMatchObject({
        result: 'retryable',
        reason: expect.stringContaining('ECONNREFUSED'),
      });
      receiver = new Receiver();
      await receiver.start();
    });

    test('because it hangs up is tried again', async () => {
      receiver.answer = (response) => response.destroy();
      expect((await send('trigger')).result).toBe('retryable');
    });

    test('because it never answers is tried again when the time is over', async () => {
      const timeout = new AbortController();
      receiver.answer = () => timeout.abort();
      const delivery = await notifier.send(notification('trigger'), timeout.signal);
      expect(delivery).toEqual({ result: 'retryable', reason: 'no answer within the time limit' });
    });

    test.each([
      'http://127.0.0.1:1/',
      'http://[::1]:1/',
      'http://[::ffff:127.0.0.1]:1/',
      'http://localhost:1/',
      'http://169.254.169.254/latest/meta-data/',
      'http://0.0.0.0:1/',
      'http://2130706433:1/',
    ])('because %s is not to be reached is given up, and nothing is sent', async (url) => {
      const guarded = fixture.create(url, []);
      const delivery = await guarded.send(notification('trigger'), inTime());
      await guarded.close();
      expect(delivery).toMatchObject({
        result: 'permanent',
        reason: expect.stringContaining('allow_addresses'),
      });
    });

    test('what is allowed by range is reached, and only that', async () => {
      const elsewhere = fixture.create(receiver.url, ['127.0.0.2/32']);
      expect((await elsewhere.send(notification('trigger'), inTime())).result).toBe('permanent');
      await elsewhere.close();
      expect(receiver.received).toEqual([]);
      expect((await send('trigger')).result).toBe('delivered');
    });
  });

  describe('what is said', () => {
    test('every notification of one alert has one key, and another alert another', async () => {
      await send('trigger');
      await send('reminder');
      await send('acknowledge', { acknowledgedBy: 'ada' });
      await send('resolve', { state: 'resolved', resolvedAtMs: NOW_MS, resolvedReason: 'It succeeded.' });
      const keys = new Set(receiver.received.map(({ body }) => fixture.keyIn(body)));
      expect(keys.size).toBe(1);
      await send('trigger', { startedAtMs: NOW_MS });
      expect(fixture.keyIn(receiver.received.at(-1)!.body)).not.toBe([...keys][0]);
      for (const key of keys) expect(key.length).toBeLessThanOrEqual(255);
    });

    test('each event is called by the receiver’s word for it', async () => {
      for (const [event, word] of Object.entries(fixture.words)) {
        await send(event as NotificationEvent);
        expect(fixture.eventIn(receiver.received.at(-1)!.body)).toBe(word);
      }
    });

    test.each([
      ['markup', '<img src=x onerror=alert(1)>{{7*7}}'],
      ['control characters and ANSI', '\u0000\u0007\u001b[2J\u001b]0;title\u0007 \u009b31m'],
      ['text that turns direction', '\u202egnp.exe\u2066'],
      ['half a surrogate', '\ud800 and \udfff'],
      ['new lines', 'one\r\ntwo\n\nX-Injected: yes'],
      ['a megabyte', 'a'.repeat(1024 * 1024)],
    ])('%s in a reason arrives bounded, visible and as one valid message', async (_, reason) => {
      expect((await send('trigger', { reason })).result).toBe('delivered');
      const { body, headers } = receiver.received[0]!;
      expect(headers['x-injected']).toBeUndefined();
      expect(Buffer.byteLength(body)).toBeLessThan(fixture.bodyBytesMax);
      const text = fixture.textIn(body);
      expect(text.length).toBeLessThanOrEqual(fixture.textCharsMax);
      expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      // A lone surrogate would not survive the way through UTF-8.
      expect(Buffer.from(text).toString()).toBe(text);
    });
  });
}
