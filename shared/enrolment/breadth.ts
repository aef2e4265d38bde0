/**
 * Whose devices a pattern fits beside the operator's tags: what strangers carry would be sealed to the operator as well.
 *
 * Some patterns fit nothing but strangers' devices, or every phone that passes: they are refused. Some fit many strangers' devices, and
 * have to be meant. Companies: Bluetooth SIG, Assigned Numbers §7; services: §3.10 and §3.11.
 */
import { shortUuid } from '../short-uuid.ts';
import type { Text } from '../text.ts';
import type { Pattern } from './pattern.ts';
import { say } from './words.ts';

export const APPLE = 0x004c;
/** Exposure Notification Bluetooth Specification v1.2.2, "Advertising Payload". */
export const EXPOSURE_NOTIFICATION_UUID = 'fd6f';
export const EDDYSTONE_UUID = 'feaa';
/** Google's Find Hub network, as it is and in unwanted tracking protection mode: frames of Eddystone's service. */
export const FIND_HUB_FRAMES: readonly number[] = [0x40, 0x41];
/** Apple's Find My network: a type of Apple's data. */
export const FIND_MY_TYPE = 0x12;

/** Makers whose phones, computers and headphones send their own data wherever they are. */
const MAKERS: ReadonlyMap<number, string> = new Map([
  [APPLE, 'Apple'],
  [0x0006, 'Microsoft'],
  [0x0075, 'Samsung'],
  [0x00c4, 'LG'],
  [0x00e0, 'Google'],
  [0x012d, 'Sony'],
  [0x027d, 'Huawei'],
  [0x038f, 'Xiaomi'],
]);

/** Services of the same kind, and of networks that find lost belongings. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  [EDDYSTONE_UUID, 'Eddystone'],
  ['fe25', 'Apple'],
  ...['fcf1', 'fe2c', 'fe9f', 'fef3'].map((uuid) => [uuid, 'Google'] as const),
  ...['fd59', 'fd5a', 'fd69'].map((uuid) => [uuid, 'Samsung'] as const),
  ...['feec', 'feed'].map((uuid) => [uuid, 'Tile'] as const),
  ['fcb2', 'DULT'], // Detecting Unwanted Location Trackers (IETF)
]);

/** Types and lengths that such data begins with, and bytes behind them that make it one fleet's: one stranger's frame in 2^32 has them by chance. */
const commonBytes = 2;
const ownBytes = 4;

export interface Breadth {
  /** No operator may have it. */
  readonly isRefused: boolean;
  /** What of strangers' it fits. */
  readonly strangers: Text;
}

/** Undefined: as far as can be told, it fits tags of the operator's fleet alone. */
export function breadthOf(pattern: Pattern): Breadth | undefined {
  if (pattern.format === 'resolvable-address') return { isRefused: true, strangers: say.everyAddress() };
  if (pattern.format === 'eddystone-eid') return { isRefused: false, strangers: say.everyEid() };
  if (pattern.format !== 'manufacturer' && pattern.format !== 'service') return undefined;
  const refused = neverTags(pattern);
  if (refused !== undefined) return { isRefused: true, strangers: refused };
  const strangers = commonTo(pattern);
  if (strangers === undefined) return undefined;
  return { isRefused: pattern.address === 'resolvable', strangers }; // with addresses it would follow them
}

type CutPattern = Extract<Pattern, { format: 'manufacturer' | 'service' }>;

/** What detectors leave out whatever a pattern says. */
function neverTags(pattern: CutPattern): Text | undefined {
  const first = neededBytes(pattern).find(({ at }) => at === 0)?.byte;
  if (pattern.format === 'manufacturer') {
    return pattern.company === APPLE && first === FIND_MY_TYPE ? say.findMy() : undefined;
  }
  const uuid = shortUuid(pattern.uuid);
  if (uuid === EXPOSURE_NOTIFICATION_UUID) return say.exposureNotifications();
  return uuid === EDDYSTONE_UUID && first !== undefined && FIND_HUB_FRAMES.includes(first) ? say.findHub() : undefined;
}

function commonTo(pattern: CutPattern): Text | undefined {
  const needed = neededBytes(pattern);
  const isNarrow = needed.filter(({ at }) => at >= commonBytes).length >= ownBytes;
  if (isNarrow) return undefined;
  if (pattern.format === 'manufacturer') {
    const maker = MAKERS.get(pattern.company);
    if (maker !== undefined) return say.everyDeviceOf({ maker });
    return needed.length === 0 ? say.everythingOfCompany({ company: hex(pattern.company) }) : undefined;
  }
  const uuid = shortUuid(pattern.uuid);
  const network = SERVICES.get(uuid);
  if (network !== undefined) return say.everyDeviceWithService({ uuid, network });
  return /^18..$/.test(uuid) ? say.everyDeviceWithStandard({ uuid }) : undefined;
}

/** The bytes that a pattern needs, and where. */
export function neededBytes({ match }: CutPattern): readonly { readonly at: number; readonly byte: number }[] {
  return (match.match(/../g) ?? []).flatMap((digits, at) =>
    digits === '..' ? [] : [{ at, byte: Number.parseInt(digits, 16) }],
  );
}

function hex(company: number): string {
  return `0x${company.toString(16).padStart(4, '0')}`;
}
