/** `feed`: its settings. What can be wrong with them is in check-feed.ts. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { address, flag, id, setting, size, text, whole } from '../../../shared/setting.ts';
import { tlsFiles } from '../../net/credential-file.ts';
import { say as net } from '../../net/words.ts';
import { say as portWords } from '../words.ts';
import { say } from './words.ts';

export const feedSettings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('feed'), say.feed()),
  listen: v.optional(setting(address, say.listen())),
  httpListen: v.optional(setting(address, say.httpListen())),
  url: v.optional(setting(text, say.url())),
  share: v.optional(setting(id, say.share())),
  trustBroker: v.optional(setting(flag, say.trustBroker()), false),
  birthsUrl: v.optional(setting(text, say.birthsUrl())),
  maxInFlight: v.optional(setting(whole(1, 10_000), say.maxInFlight()), 2_000),
  username: v.optional(setting(text, say.username())),
  passwordFile: v.optional(setting(text, net.passwordFile())),
  ...tlsFiles,
  certFile: v.optional(setting(text, say.certFile())),
  keyFile: v.optional(setting(text, say.keyFile())),
  caFile: v.optional(setting(text, say.caFile())),
  authorityDirectory: v.optional(setting(text, say.authorityDirectory())),
  protocol: v.optional(setting(v.picklist(['3.1.1', '5']), say.protocol()), '3.1.1'),
  keepaliveMs: v.optional(setting(duration(5_000, 3_600_000), say.keepalive()), '30s'),
  maxClients: v.optional(setting(whole(1, 20_000), say.maxClients()), 2_000),
  maxMessageBytes: v.optional(setting(size, say.maxMessage()), '2MB'),
});
export type FeedSettings = v.InferOutput<typeof feedSettings>;
