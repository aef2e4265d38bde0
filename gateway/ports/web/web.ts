/**
 * `web`: a document of an outside source, such as a prefecture's page of river levels.
 *
 * Promise: each new document is handed over whole, in UTF-8; nothing that the source does makes it ask more often. Ports share their
 * turns: a host is asked by one at a time (net/host-turns.ts). Bounds: `timeout`, `max-size`, three redirections; the pauses of polling.ts.
 */
import * as v from 'valibot';
import { CHARSETS } from '../../../devices/web-table/charset.ts';
import { duration } from '../../../shared/duration.ts';
import { id, listOf, must, oneOf, setting, size, table, text } from '../../../shared/setting.ts';
import { isCronExpression } from '../../machine/schedule.ts';
import { isLocal } from '../../net/address.ts';
import { checkCredentialFile } from '../../net/credential-file.ts';
import { readSecret } from '../../net/credentials.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import type { DocumentPort, PortSurroundings, PortType } from '../port.ts';
import { say as common } from '../words.ts';
import { fetchDocument } from './fetch-document.ts';
import { keepPolling } from './polling.ts';
import { say } from './words.ts';

const defaultEveryMs = 600_000;
const leastEveryMs = 1_000;
const politeEveryMs = 60_000;
const maxHeaders = 10;

/** Those that the gateway sets, and those that would change what a request is (RFC 9110, RFC 9112). */
const OWN_HEADER =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|user-agent|accept-encoding|if-.*|expect|proxy-.*)$/i;
const headerName = v.pipe(
  text,
  v.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, must(say.mustBeHeader())),
  v.check((name) => !OWN_HEADER.test(name), must(say.mustBeHeader())),
);

const settings = v.strictObject({
  name: setting(id, common.name()),
  type: setting(v.literal('web'), say.type()),
  url: setting(text, say.url()),
  schedule: v.optional(setting(text, say.schedule())),
  everyMs: v.optional(setting(duration(leastEveryMs), say.every())),
  contact: v.optional(
    setting(v.pipe(text, v.regex(/^[\x21-\x27\x2a-\x7e]{3,200}$/, must(say.mustBeContact()))), say.contact()),
  ),
  timeoutMs: v.optional(setting(duration(1_000, 300_000), say.timeout()), '30s'),
  maxSizeBytes: v.optional(setting(v.pipe(size, v.maxValue(4_000_000)), say.maxSize()), '1MB'),
  charset: v.optional(setting(oneOf(CHARSETS), say.charset())),
  header: v.optional(
    setting(
      listOf(
        table({ name: setting(headerName, say.headerName()), valueFile: setting(text, say.valueFile()) }),
        maxHeaders,
      ),
      say.header(),
    ),
    [],
  ),
  caFile: v.optional(setting(text, say.caFile())),
});
type WebSettings = v.InferOutput<typeof settings>;

export const web: PortType<typeof settings> = {
  name: 'web',
  shape: 'documents',
  settings,
  check: checkWeb,
  line: ({ url }) => url,
  source: ({ url }) => publicUrl(url),
  open: webPort,
};

function webPort(settings: WebSettings, surroundings: PortSurroundings): DocumentPort {
  const {
    name,
    url,
    everyMs = defaultEveryMs,
    schedule,
    contact,
    header,
    caFile,
    timeoutMs,
    maxSizeBytes,
    charset,
  } = settings;
  const { clock, openHttp, turns, tenant, gateway } = surroundings;
  const asker = `${tenant}/${gateway}`;
  const userAgent = `machimori (${contact === undefined ? asker : `+${contact}; ${asker}`})`;
  return {
    shape: 'documents',
    path: publicUrl(url),
    async run(receiver, signal) {
      const look: Parameters<typeof keepPolling>[0]['look'] = async (known) => {
        const http = openHttp({ caFile }); // a kept connection would be closed by the next time
        const headers = Object.fromEntries(header.map((each) => [each.name, readSecret(each.valueFile, 'server')]));
        const source = { url, userAgent, headers, withinMs: timeoutMs, maxBytes: maxSizeBytes, charset };
        try {
          return await fetchDocument(source, known, { http, turns, now: clock.moment().wall, signal });
        } finally {
          http.close();
        }
      };
      await keepPolling({ port: name, everyMs, schedule, look, receiver, surroundings }, signal);
    },
  };
}

/** Without a query, in which keys of an API may be. */
function publicUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

function checkWeb({ url, schedule, everyMs, contact, header, caFile }: WebSettings, path: Path): Fault[] {
  return [
    ...checkUrl(url, header.length > 0, [...path, 'url']),
    ...(schedule !== undefined && everyMs !== undefined
      ? [fault([...path, 'schedule'], say.twoTimetables(), say.keepOne())]
      : []),
    ...(schedule !== undefined && !isCronExpression(schedule)
      ? [fault([...path, 'schedule'], say.notCron({ schedule }), say.writeCron())]
      : []),
    ...(everyMs !== undefined && everyMs < politeEveryMs
      ? [note([...path, 'every'], say.tooOften(), say.askSeldom())]
      : []),
    ...(contact === undefined ? [note(path, say.anonymous(), say.addContact())] : []),
    ...header.flatMap(({ valueFile }, i) =>
      checkCredentialFile(valueFile, [...path, 'header', i, 'valueFile'], 'secret'),
    ),
    ...checkCredentialFile(caFile, [...path, 'caFile'], 'certificate'),
  ];
}

function checkUrl(url: string, hasSecret: boolean, path: Path): Fault[] {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    return [fault(path, say.notUrl({ url }), say.writeUrl())];
  if (parsed.username !== '' || parsed.password !== '') return [fault(path, say.secretInUrl(), say.useHeaderFile())];
  if (parsed.protocol === 'https:' || isLocal(`${parsed.hostname}:${parsed.port}`)) return [];
  if (hasSecret) return [fault(path, say.keyOverPlain(), say.useHttps())];
  return [note(path, say.plain(), say.tryHttps())];
}
