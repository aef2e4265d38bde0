/** What the command line may ask of a hub about the operators whose tags are looked for. */
import * as v from 'valibot';
import { fromBase64url, toBase64url } from '../../shared/enrolment/base64url.ts';
import { operatorId, operatorSchema } from '../../shared/enrolment/operators.ts';
import { isPrintable, LANGUAGES } from '../../shared/text.ts';
import { strangersOf } from '../hub/pattern-breadth.ts';
import type { HubSources } from './hub-actions.ts';
import { type Act, json, jsonLines, parse } from './messages.ts';

const oneLine = v.pipe(v.string(), v.maxLength(500), v.check(isPrintable));
const both = v.strictObject(v.entriesFromList(LANGUAGES, oneLine));
const adding = v.strictObject({
  ...operatorSchema.entries,
  name: both,
  purpose: both,
  /** That strangers' devices are sealed to it too is meant. */
  allDevices: v.optional(v.boolean(), false),
  publicKey: v.pipe(v.string(), v.transform(fromBase64url), operatorSchema.entries.publicKey),
});

export const OPERATOR_ACTIONS: Readonly<Record<string, Act<HubSources>>> = {
  /**
   * `{ isNew, isOtherKey, sharedWith, strangers }`: whether its public key is another than before, the operators that have one of its
   * patterns too, and what of strangers' it fits (texts).
   */
  async 'add-operator'(parameters, { hub: { operators }, clock }) {
    const { allDevices, ...operator } = parse(adding, parameters);
    const strangers = strangersOf(operator, allDevices);
    const before = operators.all.find(({ id }) => id === operator.id);
    const isOtherKey = before !== undefined && toBase64url(before.publicKey) !== toBase64url(operator.publicKey);
    await operators.add(operator, clock.moment().wall);
    const own = new Set(operator.patterns.map((pattern) => JSON.stringify(pattern)));
    const sharedWith = operators.all.flatMap(({ id, patterns }) =>
      id !== operator.id && patterns.some((pattern) => own.has(JSON.stringify(pattern))) ? [id] : [],
    );
    return json({ isNew: before === undefined, isOtherKey, sharedWith, strangers });
  },

  /** `{ listKey }`: by which edges know this hub's list, base64url. */
  'operator-list-key'(_parameters, { hub: { operators } }) {
    return json({ listKey: operators.listKey });
  },

  /** `{ revoked: 1 }`. */
  async 'revoke-operator'(parameters, { hub: { operators }, clock }) {
    await operators.revoke(parse(v.strictObject({ id: operatorId }), parameters).id, clock.moment().wall);
    return json({ revoked: 1 });
  },

  /** `{ isAccepted }`: the file as it is, without those that this hub has revoked; false if there was nothing to accept. */
  async 'accept-operators'(_parameters, { hub: { operators }, clock }) {
    return json({ isAccepted: await operators.accept(clock.moment().wall) });
  },

  /** A line of JSON for each, as `machimori operator list --json` has it; publicKey is base64url, addedAt epoch ms. */
  'list-operators'(_parameters, { hub: { operators } }) {
    if (operators.fault !== undefined) throw operators.fault;
    return jsonLines(operators.all.map((each) => ({ ...each, publicKey: toBase64url(each.publicKey) })));
  },
};
