/** The settings that `ngsi-v2` and `ngsi-ld` have in common, and those of each. What can be wrong with them is in check.ts. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { ACTION_NAMES } from '../../../shared/orders/actions.ts';
import { flag, listOf, must, oneOf, setting, size, text, whole } from '../../../shared/setting.ts';
import { tlsFiles } from '../../net/credential-file.ts';
import { say as net } from '../../net/words.ts';
import { commonSettings } from '../common-settings.ts';
import { mappingSetting } from './mapping.ts';
import { say } from './words.ts';

/** A header's name (RFC 9110 §5.1). */
const headerName = v.pipe(text, v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, must(say.mustBeHeader())));

const shared = {
  url: setting(text, say.url()),
  apiKeyHeader: v.optional(setting(headerName, say.apiKeyHeader()), 'x-api-key'),
  apiKeyFile: v.optional(setting(text, say.apiKeyFile())),
  tokenUrl: v.optional(setting(text, say.tokenUrl())),
  clientId: v.optional(setting(text, say.clientId())),
  clientSecretFile: v.optional(setting(text, say.clientSecretFile())),
  scope: v.optional(setting(text, say.scope())),
  username: v.optional(setting(text, say.username())),
  passwordFile: v.optional(setting(text, net.passwordFile())),
  ...tlsFiles,
  answerTimeoutMs: v.optional(setting(duration(1_000, 600_000), say.answerTimeout()), '30s'),
  askEveryMs: v.optional(setting(duration(500, 86_400_000), say.askEvery()), '30s'),
  requestSizeBytes: v.optional(setting(size, say.requestSize()), '1MB'),
  requestEntities: v.optional(setting(whole(1, 500), say.requestEntities()), 100),
  parallelRequests: v.optional(setting(whole(1, 16), say.parallelRequests()), 2),
  personal: v.optional(setting(flag, say.personal()), false),
  doubtful: v.optional(setting(flag, say.doubtful()), false),
  commands: v.optional(setting(listOf(oneOf(ACTION_NAMES), ACTION_NAMES.length), say.commands()), []),
  commandsEveryMs: v.optional(setting(duration(1_000, 3_600_000), say.commandsEvery()), '10s'),
  mapping: mappingSetting,
};

/** Letters, digits and "_", at most 50 (orion-api.md, "Multi tenancy"); Orion folds capitals. */
const service = v.pipe(text, v.regex(/^[A-Za-z0-9_]{1,50}$/, must(say.mustBeService())));
/** Up to ten levels (orion-api.md, "Service path"). */
const servicePath = v.pipe(text, v.regex(/^(\/|(\/[A-Za-z0-9_]{1,50}){1,10})$/, must(say.mustBeServicePath())));

export const ngsiV2Settings = v.strictObject({
  ...commonSettings,
  type: setting(v.literal('ngsi-v2'), say.typeV2()),
  ...shared,
  service: v.optional(setting(service, say.service())),
  servicePath: v.optional(setting(servicePath, say.servicePath()), '/'),
});

/** What Orion-LD takes, the narrowest of the three. */
const brokerTenant = v.pipe(text, v.regex(/^[A-Za-z0-9_-]{1,50}$/, must(say.mustBeTenant())));

export const ngsiLdSettings = v.strictObject({
  ...commonSettings,
  type: setting(v.literal('ngsi-ld'), say.typeLd()),
  ...shared,
  brokerTenant: v.optional(setting(brokerTenant, say.brokerTenant())),
  context: v.optional(setting(text, say.context())),
});

export type NgsiV2Settings = v.InferOutput<typeof ngsiV2Settings>;
export type NgsiLdSettings = v.InferOutput<typeof ngsiLdSettings>;
/** What both have. */
export type NgsiSettings = Omit<NgsiV2Settings, 'type' | 'service' | 'servicePath'>;
