/** What the command line may ask of a hub about the operators whose tags are looked for. */
import * as v from 'valibot';
import { fromBase64url, toBase64url } from '../../shared/enrolment/base64url.ts';
import { operatorId, operatorSchema } from '../../shared/enrolment/operators.ts';
import type { HubSources } from './hub-actions.ts';
import { type Act, json, jsonLines, parse } from './messages.ts';

const adding = v.strictObject({
  ...operatorSchema.entries,
  publicKey: v.pipe(v.string(), v.transform(fromBase64url), operatorSchema.entries.publicKey),
});

export const OPERATOR_ACTIONS: Readonly<Record<string, Act<HubSources>>> = {
  /** `{ isNew, sharedWith }`: the operators that have one of its patterns too. */
  async 'add-operator'(parameters, { hub: { operators }, clock }) {
    const operator = parse(adding, parameters);
    const isNew = !operators.all.some(({ id }) => id === operator.id);
    await operators.add(operator, clock.moment().wall);
    const own = new Set(operator.patterns.map((pattern) => JSON.stringify(pattern)));
    const sharedWith = operators.all.flatMap(({ id, patterns }) =>
      id !== operator.id && patterns.some((pattern) => own.has(JSON.stringify(pattern))) ? [id] : [],
    );
    return json({ isNew, sharedWith });
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

  /** `{ accepted: 1 }`: the file as it is, without whom this hub has revoked. */
  async 'accept-operators'(_parameters, { hub: { operators }, clock }) {
    await operators.accept(clock.moment().wall);
    return json({ accepted: 1 });
  },

  /** A line of JSON for each, as `machimori operator list --json` has it; publicKey is base64url, addedAt epoch ms. */
  'list-operators'(_parameters, { hub: { operators } }) {
    if (operators.fault !== undefined) throw operators.fault;
    return jsonLines(operators.all.map((each) => ({ ...each, publicKey: toBase64url(each.publicKey) })));
  },
};
