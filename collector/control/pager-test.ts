/** Sends a test to receivers, past the outbox: what is tried is the way out, at once. */
import { UserError } from '../../proto/errors.ts';
import { notificationOf } from '../decide/notification.ts';
import { createNotifier } from '../notifiers/index.ts';
import type { CollectorSettings } from '../settings.ts';
import type { AlertRow } from '../store/types.ts';

const SEND_WITHIN_MS = 15_000;

export interface ReceiverTested {
  receiver: string;
  kind: string;
  delivered: boolean;
  reason: string;
}

/** @throws UserError when there is no such receiver, or none at all */
export async function testReceivers(
  settings: CollectorSettings,
  only: string | undefined,
  nowMs: number,
): Promise<ReceiverTested[]> {
  const names = Object.keys(settings.receivers).filter((name) => only === undefined || name === only);
  if (names.length === 0) {
    const known = Object.keys(settings.receivers).join(', ');
    throw new UserError(only === undefined ? 'no receiver is configured' : `there is no receiver ${only}`, {
      next: known === '' ? 'add one under `receivers` in collector.yaml' : `known are: ${known}`,
    });
  }
  return Promise.all(names.map((name) => testOne(settings, name, nowMs)));
}

async function testOne(
  settings: CollectorSettings,
  receiver: string,
  nowMs: number,
): Promise<ReceiverTested> {
  const config = settings.receivers[receiver]!;
  if ((config.kind === 'webhook' ? config.secret : config.routingKey) === '') {
    const reason =
      'systemd hands its secret over while the collector runs: systemctl start backproof-collector';
    return { receiver, kind: config.kind, delivered: false, reason };
  }
  const notifier = createNotifier(config);
  const notification = notificationOf(testAlert(receiver, nowMs), 'test', 'info', settings.publicUrl, nowMs);
  try {
    const signal = AbortSignal.timeout(SEND_WITHIN_MS);
    const delivery = await notifier.send(notification, signal);
    const delivered = delivery.result === 'delivered';
    // PagerDuty would keep the test open for ever.
    if (delivered) {
      const resolved = {
        ...notification,
        event: 'resolve' as const,
        notificationId: `${notification.notificationId}_end`,
      };
      if (config.kind === 'pagerduty') await notifier.send(resolved, signal);
    }
    return {
      receiver,
      kind: config.kind,
      delivered,
      reason: delivery.result === 'delivered' ? '' : delivery.reason,
    };
  } finally {
    await notifier.close();
  }
}

function testAlert(receiver: string, nowMs: number): AlertRow {
  return {
    id: 0,
    rule: 'pager_test',
    subject: `receiver:${receiver}`,
    host: null,
    job: null,
    customer: null,
    severity: 'info',
    state: 'firing',
    reason: `This is a test of the receiver ${receiver}. Nothing is wrong.`,
    startedAtMs: nowMs,
    updatedAtMs: nowMs,
    resolvedAtMs: null,
    resolvedReason: null,
    acknowledgedBy: null,
    acknowledgedAtMs: null,
    acknowledgedNote: null,
  };
}
