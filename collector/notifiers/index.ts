/** Every kind of receiver. A missing one does not compile. */
import type { ReceiverConfig } from '../settings.ts';
import { createPagerduty } from './pagerduty.ts';
import type { Notifier } from './types.ts';
import { createWebhook } from './webhook.ts';

export type NotifierKind = ReceiverConfig['kind'];
type ConfigOf<Kind extends NotifierKind> = Extract<ReceiverConfig, { kind: Kind }>;

const factories: { [Kind in NotifierKind]: (config: ConfigOf<Kind>) => Notifier } = {
  webhook: createWebhook,
  pagerduty: createPagerduty,
};

/** @throws when the configuration cannot be used, such as a secret that is no key */
export function createNotifier(config: ReceiverConfig): Notifier {
  const create = factories[config.kind] as (config: ReceiverConfig) => Notifier;
  return create(config);
}
