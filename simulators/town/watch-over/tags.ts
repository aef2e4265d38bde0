/** Tags of three operators, each with a format of its own, and what the operators hand in at the hub. Sources: see `advertisement.ts`. */
import type { Random } from '../../random.ts';
import { advertise, hex, manufacturerData } from '../../sensors/advertisement.ts';

export const OPERATORS = ['alpha', 'beta', 'gamma'] as const;
export type OperatorId = (typeof OPERATORS)[number];

const UUID = 'f7826da64fa24e988024bc5b71e0893e';
const NAMESPACE = '8b0ca750095477cb3e77';
/** "For internal use" in the Assigned Numbers: no company has it. */
const COMPANY = 0xffff;
const MARK = '6d6d';
/** The RSSI at 1 m that beacons state, dBm. */
const statedPower = -59;

/** As the operator's form has it, in TOML. */
export const PATTERNS: Readonly<Record<OperatorId, string>> = {
  alpha: `format = "ibeacon"\nuuid = "${UUID}"`,
  beta: `format = "eddystone-uid"\nnamespace = "${NAMESPACE}"`,
  gamma: `format = "manufacturer"\ncompany = ${COMPANY}\nmatch = "${MARK}"\nid = { at = 2, length = 8 }`,
};

export interface TownTag {
  readonly name: string;
  readonly operator: OperatorId;
  /** Its bearer, or who answers for them, has opted in. */
  readonly isEnrolled: boolean;
  /** As in the operator's table of enrolled tags. */
  readonly identifier: string;
  /** Six bytes that only this tag sends, so that they can be searched for; of an iBeacon also the four that tell it from its like. */
  readonly own: readonly Uint8Array[];
  /** As people write it; it does not change. */
  readonly address: Uint8Array;
  readonly payload: Uint8Array;
}

export function drawTag(n: number, isEnrolled: boolean, random: Random): TownTag {
  const operator = OPERATORS[n % OPERATORS.length] ?? 'alpha';
  const address = random.bytes(6);
  address[0] = (address[0] ?? 0) | 0xc0; // a static random address: Core Spec Vol 6 Part B §1.3.2.1
  const common = { name: `${operator}-person-${n}`, operator, isEnrolled, address };
  switch (operator) {
    case 'alpha': {
      const [major, minor] = [random.int(10_000, 0xfffe), random.int(10_000, 0xfffe)];
      const digits = UUID + [major, minor].map((part) => part.toString(16).padStart(4, '0')).join('');
      const payload = advertise({ format: 'ibeacon', uuid: UUID, major, minor }, statedPower);
      return {
        ...common,
        identifier: `ibeacon:${digits}`,
        own: [hex(digits.slice(-12)), hex(digits.slice(-8))],
        payload,
      };
    }
    case 'beta': {
      const own = random.bytes(6);
      const instance = Buffer.from(own).toString('hex');
      const payload = advertise({ format: 'eddystone', namespace: NAMESPACE, instance }, statedPower);
      return { ...common, identifier: `eddystone-uid:${NAMESPACE}${instance}`, own: [own], payload };
    }
    case 'gamma': {
      const id = random.bytes(8);
      const payload = manufacturerData(COMPANY, Uint8Array.of(...hex(MARK), ...id, 0x00));
      return { ...common, identifier: `raw:${Buffer.from(id).toString('hex')}`, own: [id.subarray(2)], payload };
    }
  }
}
