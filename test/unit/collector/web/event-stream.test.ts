import { describe, expect, it } from 'vitest';
import { EventStream } from '../../../../collector/web/event-stream.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

function watched() {
  const clock = new FakeClock();
  const target = { text: '', unread: 0, ended: false };
  const stream = new EventStream(
    {
      write: (text) => {
        target.text += text;
      },
      unreadBytes: () => target.unread,
      end: () => {
        target.ended = true;
      },
    },
    clock,
  );
  target.text = '';
  return { clock, target, stream };
}

const job = (name: string) => ({ type: 'job', customer: 'acme', host: 'web1', job: name }) as const;

describe('EventStream', () => {
  it('gathers what happens to one subject into one event', () => {
    const { clock, target, stream } = watched();
    for (let i = 0; i < 10; i += 1) stream.push(job('files'));
    stream.push(job('shop'));
    expect(target.text).toBe('');
    clock.advance(200);
    expect(target.text).toBe(
      'event: job\ndata: {"customer":"acme","host":"web1","job":"files"}\n\n' +
        'event: job\ndata: {"customer":"acme","host":"web1","job":"shop"}\n\n',
    );
  });

  it('says "many" instead of keeping without bound', () => {
    const { clock, target, stream } = watched();
    for (let i = 0; i < 5_000; i += 1) stream.push(job(`job-${i}`));
    clock.advance(200);
    expect(target.text.startsWith('event: many\ndata: {}\n\n')).toBe(true);
    expect(target.text.split('\n\n').length).toBeLessThan(503);
  });

  it('keeps the connection open through proxies', () => {
    const { clock, target } = watched();
    clock.advance(60_000);
    expect(target.text).toBe(': still here\n\n'.repeat(3));
  });

  it('lets a watcher go that does not read', () => {
    const { clock, target, stream } = watched();
    target.unread = 2 * 1024 * 1024;
    stream.push(job('files'));
    clock.advance(200);
    expect(target.ended).toBe(true);
    expect(target.text).toBe('');
    stream.push(job('files'));
    expect(clock.waiting()).toBe(0);
  });

  it('cannot be broken out of by a hostile name', () => {
    const { clock, target, stream } = watched();
    stream.push(job('x\n\nevent: alert\ndata: {}'));
    clock.advance(200);
    expect(target.text.match(/^event: /gm)).toHaveLength(1);
  });
});
