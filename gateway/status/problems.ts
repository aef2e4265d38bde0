/** What is wrong with the gateway, a sentence each with what to do, the worst first. */
import { textOf } from '../../shared/errors.ts';
import { isoTime, LOW_BATTERY } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import type { BufferStats } from '../buffer/buffer-options.ts';
import type { OutboxStats } from '../buffer/outbox-options.ts';
import type { Forwarder } from '../destinations/forwarder.ts';
import { type GatewaySight, sightOf } from '../hub/overview.ts';
import type { Activity, DeviceActivity, PortActivity } from '../intake/activity.ts';
import type { Expectation } from '../intake/silence.ts';
import type { Register } from '../lorawan/register.ts';
import { AWAITED, type Retry } from '../net/keep-open.ts';
import { leastMs as gatewayAwaitedMs } from '../watch/gateway-watch.ts';
import { warnBeforeMs } from './credentials.ts';
import type { StatusSources } from './sources.ts';
import { say } from './words.ts';

/** Bytes without one whole frame after which the device is not the configured one, or the baud rate is wrong. */
const strangeAfterBytes = 500;
/** Rubbish since the last reading after which the device is not the configured one. */
const strangeAfterRubbish = 20;
/** Packet forwarders send a keep-alive every 5 to 10 s, Basics Station a ping every 30 s. */
const stationSilentAfterMs = 120_000;
/** How long a batch may wait at a connected destination. */
const waitsTooLongMs = 600_000;
/** How long an incident is told of. */
const toldForMs = 3_600_000;
/** How far the box's clock may be from GPS: a receiver's sentences come up to a second late. */
const clockOffMs = 3_000;
/** Share of the quota above which status warns. */
const NEARLY_FULL = 0.9;
/** Devices named one by one; the others are counted. */
const maxNamed = 10;
/** A device is named after this many missing or unusable answers in a row. */
const saidAfter = 2;

export function problemsOf(sources: StatusSources): readonly Text[] {
  const { clock, activity, buffer, forwarders, register, network, credentials } = sources;
  const { wall, synchronised } = clock.moment();
  const stats = buffer.stats();
  const outboxes = Object.entries(stats.outboxes);
  return [
    ...configProblems(sources),
    ...[...sources.outputs.states].flatMap(([output, { fault }]) =>
      fault === undefined ? [] : [say.outputFailed({ output, why: fault })],
    ),
    ...bufferProblems(stats),
    ...outboxes.flatMap(([name, { ofOthers }]) => ofOthersProblems(name, ofOthers)),
    ...(register.fault === undefined ? [] : [say.registerUnreadable({ why: textOf(register.fault) })]),
    ...(network.fault === undefined ? [] : [say.keysUnusable({ why: textOf(network.fault) })]),
    ...misfitProblems(register),
    ...forwarders.flatMap((forwarder) => destinationProblems(forwarder, wall)),
    ...outboxes.flatMap(([name, { refused }]) => refusedProblems(name, refused, buffer)),
    ...forwarders.flatMap((forwarder) => waitingProblems(forwarder, stats, buffer)),
    ...[...activity.ports].flatMap(([name, port]) => portProblems(name, port, wall)),
    ...(sources.hub.operators.fault === undefined
      ? []
      : [say.operatorsUnreadable({ why: textOf(sources.hub.operators.fault) })]),
    ...watchOverProblems(sources),
    ...hubProblems(sources),
    ...deviceProblems(sources),
    ...named(lowBatteries(sources)),
    ...named(wrongClocks(sources)),
    ...(synchronised ? credentials.problems(wall) : []),
    ...(synchronised ? [] : [say.clockNotSet()]),
    ...clockProblems(clock),
    ...consoleProblems(sources),
    ...orderProblems(sources),
  ];
}

function configProblems({ configStanding }: StatusSources): Text[] {
  const { takenBack } = configStanding?.() ?? {};
  if (takenBack === undefined) return [];
  const at = isoTime(takenBack.at);
  if (!takenBack.isInFile) return [say.configOnlyInMemory({ at })];
  return [takenBack.why === 'not-reached' ? say.configTakenBack({ at }) : say.configNotStarted({ at })];
}

function consoleProblems({ consoleStanding }: StatusSources): Text[] {
  const { address = '', fault: why } = consoleStanding?.() ?? {};
  return why === undefined ? [] : [say.consoleClosed({ address, why })];
}

function orderProblems({ orders, clock }: StatusSources): Text[] {
  const { lastRefusal } = orders?.counts ?? {};
  if (lastRefusal === undefined || clock.moment().wall - lastRefusal.at >= toldForMs) return [];
  return [say.orderRefused({ at: isoTime(lastRefusal.at), why: lastRefusal.text })];
}

function clockProblems({ aheadOfGpsMs = 0 }: StatusSources['clock']): Text[] {
  if (Math.abs(aheadOfGpsMs) < clockOffMs) return [];
  const off = durationText(Math.abs(aheadOfGpsMs));
  return [(aheadOfGpsMs > 0 ? say.ownClockAhead : say.ownClockBehind)({ off })];
}

function endOfCertificate(gateway: string, end = Number.POSITIVE_INFINITY, now: number): Text[] {
  if (end - now > warnBeforeMs) return [];
  const date = isoTime(end).slice(0, 10);
  return [(end > now ? say.certificateEnds : say.certificateEnded)({ gateway, date })];
}

function hubProblems({ hub, buffer, clock, startedAt }: StatusSources): Text[] {
  const { fault, all, isRestored } = hub.enrolled;
  if (fault !== undefined)
    return [(isRestored ? say.gatewaysRestored : say.gatewaysUnreadable)({ why: textOf(fault) })];
  if (all.length === 0) return [];
  const now = clock.moment().wall;
  const gateways = sightOf(hub, buffer, now);
  const name = ({ tenant, gateway }: GatewaySight) => `${tenant}/${gateway}`;
  const rivals = gateways.filter(({ hasRival }) => hasRival).map((each) => say.gatewayRival({ gateway: name(each) }));
  const away = gateways.flatMap((each) => {
    const { expected, heardAt, isHub, enrolledAt } = each;
    if (expected === undefined) {
      // Who is enrolled as a hub may carry batches of others by hand, and has none of its own.
      const isAwaited = isHub || heardAt !== undefined || now - Math.max(enrolledAt, startedAt) < gatewayAwaitedMs;
      return isAwaited ? [] : [say.gatewayNeverHeard({ gateway: name(each), since: durationText(now - enrolledAt) })];
    }
    const since = durationText(heardAt === undefined ? expected.quietMs : now - heardAt);
    if (expected.state === 'silent') return [say.gatewaySilent({ gateway: name(each), since })];
    const isGone = expected.hasLeft && now - (heardAt ?? now) >= gatewayAwaitedMs;
    return isGone ? [say.gatewayGone({ gateway: name(each), since })] : [];
  });
  const ends = clock.moment().synchronised
    ? all.flatMap(({ tenant, gateway, certificate }) =>
        endOfCertificate(`${tenant}/${gateway}`, certificate?.endsAt, now),
      )
    : [];
  const unjudged = hub.policy?.isFull === true ? [say.tooManyJudged()] : [];
  return [...named(rivals), ...namedByKind(away), ...named(ends), ...unjudged];
}

function watchOverProblems({ watchOver, clock }: StatusSources): Text[] {
  if (watchOver === undefined) return [];
  const { state, validUntil = 0, lastRefusedAt, lastRefused } = watchOver.known.stats;
  const { dropped, lastDroppedAt } = watchOver.sealing.stats;
  return [
    ...(state === 'over' ? [say.operatorsOver({ at: isoTime(validUntil) })] : []),
    ...(state === 'clock-unset' ? [say.operatorsUnsure()] : []),
    ...(isRecent(lastRefusedAt, clock.moment().wall) ? [say.operatorsRefused({ why: lastRefused ?? '' })] : []),
    ...(isRecent(lastDroppedAt, clock.moment().wall) ? [say.tagsDropped({ count: dropped })] : []),
  ];
}

function misfitProblems({ misfits }: Register): Text[] {
  const [first] = misfits;
  return first === undefined ? [] : [say.misfits({ count: misfits.length, id: first.id, why: first.why })];
}

function bufferProblems({ file, fault, isDiskShort, usedBytes, maxBytes }: BufferStats): Text[] {
  if (fault !== '') return [say.bufferUnwritable({ file, why: fault })];
  if (isDiskShort) return [say.diskNearlyFull({ file })];
  if (usedBytes <= maxBytes * NEARLY_FULL) return [];
  return [say.bufferNearlyFull({ used: (usedBytes / 1e6).toFixed(0), max: (maxBytes / 1e6).toFixed(0) })];
}

function ofOthersProblems(name: string, ofOthers: OutboxStats['ofOthers']): Text[] {
  return Object.entries(ofOthers).map(([gateway, count]) => say.ofOthers({ name, gateway, count }));
}

function destinationProblems(forwarder: Forwarder, now: number): Text[] {
  const { name, stats, hasRival, passedOver, birthLeftOut, problems, trouble } = forwarder;
  const rival = hasRival ? [say.rival({ name })] : [];
  const conflicts = stats.conflicts > 0 ? [say.conflicts({ name, count: stats.conflicts })] : [];
  const { tooLargeFrom, sealWithin } = stats.sizes;
  const tooLarge = [
    ...(tooLargeFrom === undefined
      ? []
      : [say.tooLarge({ name, bytes: tooLargeFrom, within: sealWithin ?? tooLargeFrom })]),
    ...(birthLeftOut === undefined ? [] : [say.birthTooLarge({ name, bytes: birthLeftOut })]),
  ];
  if (stats.state === 'disconnected') {
    const next = retryText(stats.retry, now);
    return [...rival, ...conflicts, say.disconnected({ name, why: stats.why ?? '', next }), ...tooLarge];
  }
  const noReceipts = stats.unanswered > 0 ? [say.noReceipts({ name, why: stats.whyUnanswered ?? '' })] : [];
  const unanswered = trouble === undefined ? noReceipts : [trouble];
  const stuck = passedOver > 0 ? [say.passedOver({ name, count: passedOver })] : [];
  return [...rival, ...conflicts, ...problems, ...unanswered, ...stuck, ...tooLarge];
}

function refusedProblems(name: string, count: number, buffer: ReadingBuffer): Text[] {
  if (count === 0) return [];
  const [first] = buffer.refused({ destination: name });
  return [say.refused({ name, count, why: first?.reason ?? '' })];
}

/** Batches wait although the destination is connected: they get no receipt, or more come than can be sent. */
function waitingProblems({ name, stats }: Forwarder, { outboxes }: BufferStats, buffer: ReadingBuffer): Text[] {
  const ms = stats.state === 'connected' ? buffer.oldestWaitingMs(name) : undefined;
  if (ms === undefined || ms < waitsTooLongMs) return [];
  const { routine = 0, urgent = 0 } = outboxes[name]?.waiting ?? {};
  return [say.waitsTooLong({ name, time: durationText(ms), count: routine + urgent })];
}

function portProblems(name: string, port: PortActivity, now: number): Text[] {
  const { path, state, why } = port;
  const rival = isRecent(port.lastRivalAt, now) ? [say.portRival({ name, path })] : [];
  if (state === 'closed' && port.isAsked === true) {
    return [say.sourceClosed({ name, path, why: why ?? '', next: retryText(port.retry, now) })];
  }
  if (state === 'closed' && port.fetches === true) {
    return [say.archiveClosed({ name, path, why: why ?? '', next: retryText(port.retry, now) })];
  }
  const strangers = turnedAway(name, port, now);
  if (state === 'closed') {
    return [...rival, ...strangers, say.portClosed({ name, path, why: why ?? '', next: retryText(port.retry, now) })];
  }
  return [...rival, ...strangers, ...tooManyStations(name, port, now), ...unheard(name, port, now)];
}

function tooManyStations(name: string, { lastForgottenAt }: PortActivity, now: number): Text[] {
  return isRecent(lastForgottenAt, now) ? [say.tooManyStations({ name })] : [];
}

function turnedAway(name: string, port: PortActivity, now: number): Text[] {
  const { turnedAway: count, lastTurnedAwayAt, lastTurnedAway } = port;
  return isRecent(lastTurnedAwayAt, now) ? [say.turnedAway({ name, count, last: lastTurnedAway ?? '' })] : [];
}

function isRecent(at: number | undefined, now: number): boolean {
  return at !== undefined && now - at <= toldForMs;
}

function unheard(name: string, port: PortActivity, now: number): Text[] {
  const { path, stations } = port;
  if (port.heldBack !== undefined) return [say.heldBack({ name, path, why: port.heldBack })];
  if (port.unusable !== undefined) return [say.unusable({ name, path, why: port.unusable })];
  if (stations !== undefined) {
    const silent = [...stations].filter(([, { lastAt }]) => now - lastAt >= stationSilentAfterMs);
    if (silent.length === stations.size) return [say.noStation({ name, path })];
    return named(
      silent.map(([station, { lastAt }]) => say.stationSilent({ name, station, time: durationText(now - lastAt) })),
    );
  }
  if (port.rubbishInARow >= strangeAfterRubbish) return [say.onlyRubbish({ name, last: port.lastRubbish ?? '' })];
  return port.frames === 0 && port.bytes >= strangeAfterBytes ? [say.noFrames({ name })] : [];
}

function deviceProblems({ activity, silence }: StatusSources): Text[] {
  const faulty = new Map([...activity.devices].flatMap(([id, device]) => faultOf(id, device)));
  const silent = new Map(
    [...silence.silent()].flatMap(([id, expectation]) =>
      faulty.has(id) ? [] : [[id, silentText(id, expectation, activity)] as const],
    ),
  );
  return named([...faulty.values(), ...silent.values()]);
}

function named(all: readonly Text[]): Text[] {
  const more = all.length - maxNamed;
  return more <= 0 ? [...all] : [...all.slice(0, maxNamed), say.moreLikeThese({ count: more })];
}

function namedByKind(all: readonly Text[]): Text[] {
  const kinds = [...new Set(all.map(({ code }) => code))];
  return kinds.flatMap((kind) => named(all.filter(({ code }) => code === kind)));
}

function lowBatteries({ devices, intake }: StatusSources): Text[] {
  return devices.all.flatMap(({ id }) =>
    intake.memoryOf(id)?.policy.raised.includes(LOW_BATTERY) ? [say.batteryLow({ id })] : [],
  );
}

function wrongClocks({ activity }: StatusSources): Text[] {
  return [...activity.devices].flatMap(([id, { timeOffMs }]) => {
    if (timeOffMs === undefined) return [];
    const off = durationText(Math.abs(timeOffMs));
    return [(timeOffMs > 0 ? say.clockAhead : say.clockBehind)({ id, off })];
  });
}

function faultOf(id: string, { faultsInARow, lastFault }: DeviceActivity): (readonly [string, Text])[] {
  if (lastFault === undefined || faultsInARow < (lastFault.code === 'changed-shape' ? 1 : saidAfter)) return [];
  const { code, text: why } = lastFault;
  const sentence =
    { 'no-answer': say.noAnswer, 'codec-fault': say.codecFault, 'changed-shape': say.changedShape }[code as string] ??
    say.deviceFault;
  return [[id, sentence({ id, why })]];
}

function silentText(id: string, { quietMs, expectedMs, hasReported }: Expectation, { devices, ports }: Activity): Text {
  const gaps = { id, quiet: durationText(quietMs), expected: durationText(expectedMs) };
  const device = devices.get(id);
  const port = ports.get(device?.port ?? '');
  if (port?.isAsked === true) {
    if (port.state === 'closed') return say.sourceUnreached({ ...gaps, port: device?.port ?? '' });
    const { path } = port;
    if (device?.last === undefined) return say.sourceWithoutNews({ ...gaps, path });
    return say.sourceStale({ ...gaps, path, at: isoTime(device.last.observedAt) });
  }
  if (device?.deaf !== undefined) return say.deaf({ ...gaps, why: device.deaf });
  return (hasReported ? say.silent : say.neverReported)(gaps);
}

/** When a closed connection is tried again. */
function retryText(retry: Retry | undefined, now: number): Text {
  if (retry === AWAITED) return say.awaited();
  if (retry?.isSteady) return say.triedSteadily();
  return retry === undefined || retry.at <= now
    ? say.triedNow()
    : say.triedIn({ time: durationText(Math.max(1_000, retry.at - now)) });
}

function durationText(ms: number): Text {
  if (ms < 120_000) return say.seconds({ count: Math.round(ms / 1000) });
  if (ms < 7_200_000) return say.minutes({ count: Math.round(ms / 60_000) });
  return ms < 172_800_000
    ? say.hours({ count: Math.round(ms / 3_600_000) })
    : say.days({ count: Math.round(ms / 86_400_000) });
}
