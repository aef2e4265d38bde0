/**
 * The order `update`: a release is fetched, handed over to root, taken up on trial, and the order ends when the trial does.
 *
 *   fetched (hours on a thin line, on from where it was) ─▶ handed over ─▶ root verifies, switches, starts the new release
 *     ─▶ the new release does its work: done │ the last one came back: failed, with why │ root did not take it: refused, with why
 *
 * Promise: whoever finds the order begun after a start goes on with it, the release before as well as the new one. The marks: the number
 * that was handed over, and the trial that was the last before.
 * Bounds: `takenUpWithinMs` for root, `endedWithinMs` for the trial; a server that fails is asked again until the order is over.
 */
import { readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Clock } from '../shared/clock.ts';
import { MachimoriError, textOf } from '../shared/errors.ts';
import type { Text } from '../shared/text.ts';
import { type Act, type Acted, interrupted } from './commands/orders.ts';
import type { Config } from './config/settings.ts';
import type { Log } from './machine/log.ts';
import { makeFolder } from './machine/make-folder.ts';
import { replaceFile } from './machine/whole-file.ts';
import { readEnrolment } from './net/enrolment.ts';
import type { HttpSettings, OpenHttp } from './net/http.ts';
import { type LastTrial, readLast, readTrial, whyText } from './update/box-state.ts';
import { fetchRelease, forgetFetched } from './update/fetch-release.ts';
import { handOver, readHanded, readRefusal, updateFolderOf } from './update/hand-over.ts';
import { architectureOf } from './update/manifest.ts';
import { currentIn } from './update/put-release.ts';
import { KEY_FOLDERS, readTrustedKeys } from './update/trusted-keys.ts';
import { say } from './update/words.ts';

const lookEveryMs = 1_000;
const askAgainMs = 60_000;
const takenUpWithinMs = 900_000;
const endedWithinMs = 3_600_000;

export interface UpdateSurroundings {
  /** The folder of the box's releases. */
  readonly releases: string;
  readonly dataDirectory: string;
  /** Of public keys; by default those of the box. */
  readonly keyFolders?: readonly string[];
  /** What lets this gateway in at the server of releases, and by what it knows that server. */
  loginFor(url: string): ReleaseLogin;
  readonly openHttp: OpenHttp;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ReleaseLogin extends Pick<HttpSettings, 'ca' | 'cert' | 'key'> {
  readonly headers: Readonly<Record<string, string>>;
}

/** Of the hub that has enrolled this gateway, for that hub alone: nobody else is given its password. */
export function hubLogin(config: Config): (url: string) => ReleaseLogin {
  return (url) => {
    for (const { settings } of config.destinations) {
      const { enrolmentFile } = settings as { readonly enrolmentFile?: string }; // of a city-os; others have none
      const enrolment = enrolmentFile === undefined ? undefined : readEnrolment(enrolmentFile);
      if (enrolment === undefined || !isAsSafe(new URL(url), new URL(enrolment.url))) continue;
      const { username, password, ca, certificate: cert, key } = enrolment;
      const basic = Buffer.from(`${username}:${password}`).toString('base64');
      return { headers: password === undefined ? {} : { authorization: `Basic ${basic}` }, ca, cert, key };
    }
    return { headers: {} };
  };
}

/** The same host, and nothing goes in the clear that went encrypted. */
function isAsSafe(asked: URL, enrolled: URL): boolean {
  return (
    asked.hostname === enrolled.hostname && (asked.protocol === 'https:' || /^(mqtt|http|ws):$/.test(enrolled.protocol))
  );
}

/** What was under way when this order was handed over. */
const markSchema = v.object({
  id: v.string(),
  version: v.string(),
  url: v.string(),
  number: v.optional(v.string()),
  before: v.string(),
});
type Mark = v.InferOutput<typeof markSchema>;

/** Undefined on a machine that has no releases side by side: it is updated by whoever looks after it. */
export function updateAct(around: UpdateSurroundings): Act | undefined {
  if (currentIn(around.releases) === undefined || architectureOf(arch()) === undefined) return undefined;
  const file = join(around.dataDirectory, 'update-order.json');
  const keep = (mark: Mark) => replaceFile(file, Buffer.from(JSON.stringify(mark)));
  /** One at a time: they share a folder and a trial. */
  let isUnderWay = false;
  const alone = async (work: () => Promise<Acted | undefined>): Promise<Acted | undefined> => {
    if (isUnderWay) return { outcome: 'refused', reason: 'update-runs', text: say.updateRuns() };
    isUnderWay = true;
    try {
      return await work();
    } finally {
      isUnderWay = false;
    }
  };
  return {
    isLong: true,
    mark: ({ id }) => id,
    run: ({ id, expiresAt, arguments: asked }, signal) =>
      alone(() => {
        const { version, url } = asked as { readonly version: string; readonly url: string }; // `judge` has parsed it
        const mark = { id, version, url: url.replace(/\/$/, ''), before: readLast(around.releases)?.token ?? '' };
        keep(mark);
        return follow(around, mark, { expiresAt, keep }, signal);
      }),
    async resume({ expiresAt, mark: id }, signal) {
      const mark = v.parse(markSchema, JSON.parse(readFileSync(file, 'utf8')));
      // Cut off before it had left anything: what is there is of another order, and so is its end.
      if (id !== undefined && id !== mark.id) return interrupted();
      return alone(() => follow(around, mark, { expiresAt, keep }, signal));
    },
  };
}

interface Following {
  readonly expiresAt: number;
  keep(mark: Mark): void;
}

/** Undefined if the gateway ends before it does. */
async function follow(
  around: UpdateSurroundings,
  mark: Mark,
  { expiresAt, keep }: Following,
  signal: AbortSignal,
): Promise<Acted | undefined> {
  const { releases, dataDirectory, clock } = around;
  const { version, before } = mark;
  let { number } = mark;
  if (number === undefined) {
    if (currentIn(releases) === version && readTrial(releases) === undefined)
      return { outcome: 'done', details: { changed: false } };
    const refused = await fetched(around, mark, expiresAt, signal);
    if (refused !== undefined || signal.aborted) return refused;
    const architecture = architectureOf(arch()) ?? 'amd64'; // it was fetched for this one
    number = handOver(dataDirectory, { version, architecture }).number;
    keep({ ...mark, number });
  }
  const since = clock.moment().monotonic;
  while (!signal.aborted) {
    const why = readRefusal(releases, number);
    if (why !== undefined) {
      forgetFetched(updateFolderOf(dataDirectory)); // a damaged file would be handed over each time
      return { outcome: 'refused', reason: 'not-taken-up', text: why };
    }
    const last = readLast(releases);
    if (last !== undefined && last.token !== before && last.version === version) return endOf(last);
    const isUnderWay = readTrial(releases) !== undefined;
    if (clock.moment().monotonic - since > (isUnderWay ? endedWithinMs : takenUpWithinMs)) {
      const isThere = readHanded(dataDirectory) !== undefined;
      return { outcome: 'failed', reason: 'not-taken-up', text: isThere ? say.nobodyTakesUp() : say.noEnd() };
    }
    await clock.sleep(lookEveryMs, signal);
  }
  return undefined;
}

/** Tries until the order is over. What can never succeed ends it at once. */
async function fetched(
  { releases, dataDirectory, keyFolders = KEY_FOLDERS, loginFor, openHttp, clock, log }: UpdateSurroundings,
  { version, url }: Mark,
  expiresAt: number,
  signal: AbortSignal,
): Promise<Acted | undefined> {
  const architecture = architectureOf(arch()) ?? 'amd64'; // asked for only if there is one
  const folder = updateFolderOf(dataDirectory);
  makeFolder(folder);
  const current = currentIn(releases);
  while (!signal.aborted) {
    const { headers, ...tls } = loginFor(url);
    const http = openHttp(tls);
    try {
      const keys = await readTrustedKeys(keyFolders, ({ message }) => {
        log.warn('A public key for releases was passed over', { fault: message });
      });
      const running = current === undefined ? undefined : join(releases, current);
      await fetchRelease({ url, headers, name: { version, architecture }, keys, folder, running, http }, signal);
      return undefined;
    } catch (fault) {
      if (signal.aborted) return undefined;
      if (!(fault instanceof MachimoriError) || fault.code !== 'release-unreachable')
        return failed('release-unusable', textOf(fault));
      log.warn('The release could not be fetched; it is tried again', { fault: fault.message });
      if (clock.moment().wall + askAgainMs > expiresAt) return failed(fault.code, fault.text);
    } finally {
      http.close();
    }
    await clock.sleep(askAgainMs, signal);
  }
  return undefined;
}

function endOf({ outcome, why, previous, version }: LastTrial): Acted {
  if (outcome === 'confirmed') return { outcome: 'done', details: { version } };
  return failed(`rolled-back-${why}`, say.rolledBack({ version, previous, why: whyText(why) }));
}

function failed(reason: string, text: Text): Acted {
  return { outcome: 'failed', reason, text };
}
