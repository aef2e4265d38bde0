/** `[orders]`: whose orders this gateway takes, and for what. */
import * as v from 'valibot';
import { ACTION_NAMES } from '../../shared/orders/actions.ts';
import { flag, id, listOf, must, oneOf, setting, text } from '../../shared/setting.ts';
import { ANY, maxOrderKeys } from '../commands/order-keys.ts';
import { say } from './orders-words.ts';

const maxScope = 200;

const KeySettings = v.strictObject({
  name: setting(id, say.keyName()),
  publicKey: setting(v.pipe(text, v.regex(/^[A-Za-z0-9_-]{43}$/, must(say.mustBeOrderKey()))), say.publicKey()),
  actions: setting(listOf(oneOf([ANY, ...ACTION_NAMES]), ACTION_NAMES.length + 1), say.actions()),
  devices: v.optional(setting(listOf(id, maxScope), say.devices()), []),
  groups: v.optional(setting(listOf(id, maxScope), say.groups()), []),
});

export const OrdersSettings = v.strictObject({
  enrolled: v.optional(setting(flag, say.enrolled()), true),
  keys: v.optional(setting(listOf(KeySettings, maxOrderKeys), say.keys()), []),
});
