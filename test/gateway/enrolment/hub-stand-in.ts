/** A hub that signs lists, and operators with keys of their own. */
import { type Bytes, type KeyPair, newKeys, readKeys } from '../../../shared/enrolment/keys.ts';
import { type Operator, type OperatorList, signOperatorList } from '../../../shared/enrolment/operators.ts';
import { Opener } from '../../../shared/enrolment/seal.ts';

export const AT = Date.parse('2027-01-01T00:00:00Z');
export const hourMs = 3_600_000;

export class HubStandIn {
  readonly publicKey: Bytes;
  readonly #keys: KeyPair;

  private constructor(keys: KeyPair, publicKey: Bytes) {
    this.#keys = keys;
    this.publicKey = publicKey;
  }

  static async open(): Promise<HubStandIn> {
    const { pkcs8, publicKey } = await newKeys('Ed25519');
    return new HubStandIn(await readKeys('Ed25519', pkcs8, publicKey), publicKey);
  }

  /** `number` and its times from `AT`. */
  list(number: number, operators: readonly Operator[], times: Partial<OperatorList> = {}): Promise<Bytes> {
    const list = { number, issuedAt: AT, validUntil: AT + hourMs, operators, ...times };
    return signOperatorList(list, this.#keys.privateKey);
  }
}

export async function operatorWithKey(id: string): Promise<{ operator: Operator; opener: Opener }> {
  const { pkcs8, publicKey } = await newKeys('X25519');
  const operator: Operator = {
    id,
    name: { en: id, ja: id },
    purpose: { en: 'Finding people who are lost', ja: '行方不明者の捜索' },
    publicKey,
    patterns: [{ format: 'ibeacon', uuid: 'f7826da64fa24e988024bc5b71e0893e' }],
    retentionMs: hourMs,
  };
  return { operator, opener: await Opener.of(await readKeys('X25519', pkcs8, publicKey)) };
}
