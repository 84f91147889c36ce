import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type IngestContext, newCounters } from '../../../../collector/ingest/context.ts';
import { Gate } from '../../../../collector/ingest/gate.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

class FakeSocket extends EventEmitter {
  destroyed = false;
  readonly remoteAddress: string;

  constructor(remoteAddress = '192.0.2.1') {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function newGate() {
  const clock = new FakeClock();
  const counters = newCounters();
  const context = { clock, counters } as unknown as IngestContext;
  const letIn: FakeSocket[] = [];
  const gate = new Gate(context, { perSecond: 10, burst: 2 }, (socket) =>
    letIn.push(socket as unknown as FakeSocket),
  );
  const arrive = (address?: string): FakeSocket => {
    const socket = new FakeSocket(address);
    gate.arrived(socket as unknown as Socket);
    return socket;
  };
  return { clock, counters, gate, letIn, arrive };
}

describe('the gate', () => {
  it('lets a burst in at once and the others in their order, ten a second', () => {
    const { clock, letIn, arrive } = newGate();
    const sockets = Array.from({ length: 5 }, () => arrive());
    expect(letIn).toEqual(sockets.slice(0, 2));
    clock.advance(100);
    expect(letIn).toEqual(sockets.slice(0, 3));
    clock.advance(200);
    expect(letIn).toEqual(sockets);
  });

  it('spends no token on who has gone while waiting, and survives who breaks while waiting', () => {
    const { clock, letIn, arrive } = newGate();
    const sockets = Array.from({ length: 4 }, () => arrive());
    sockets[2]!.emit('error', new Error('reset'));
    sockets[2]!.destroy();
    clock.advance(100);
    expect(letIn).toEqual([sockets[0], sockets[1], sockets[3]]);
  });

  it('lets addresses take turns: a flood from one of them keeps nobody else waiting', () => {
    const { clock, letIn, arrive } = newGate();
    const flood = Array.from({ length: 1_000 }, () => arrive('203.0.113.66'));
    const agents = [arrive('192.0.2.1'), arrive('192.0.2.2')];
    clock.advance(300);
    expect(letIn).toEqual([flood[0], flood[1], flood[2], ...agents]);
  });

  it('turns away one of the flood when the waiting room is full, and nobody else', () => {
    const { arrive } = newGate();
    const flood = Array.from({ length: 10_002 }, () => arrive('203.0.113.66'));
    const agent = arrive('192.0.2.1');
    expect(agent.destroyed).toBe(false);
    expect(flood.filter((socket) => socket.destroyed)).toEqual([flood.at(-1)]);
  });

  it('drops who comes when thousands wait, and counts them', () => {
    const { counters, arrive } = newGate();
    for (let i = 0; i < 10_002; i += 1) arrive();
    expect(counters.turnedAway['waiting-room-full']).toBe(0);
    expect(arrive().destroyed).toBe(true);
    expect(counters.turnedAway['waiting-room-full']).toBe(1);
  });

  it('lets nobody in any more once it is stopped', () => {
    const { clock, gate, letIn, arrive } = newGate();
    const sockets = Array.from({ length: 4 }, () => arrive());
    gate.stop();
    clock.advance(10_000);
    expect(letIn).toHaveLength(2);
    expect(sockets[3]!.destroyed).toBe(true);
  });
});
