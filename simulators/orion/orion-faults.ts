/** What a board says is wrong with the context broker. */
import type { FaultBoard, FaultKind } from '../fault-board.ts';
import { type BrokerAnswer, type BrokerRequest, isObject, json } from './exchange.ts';
import { say } from './words.ts';

export const ORION_FAULTS: readonly FaultKind[] = [
  {
    name: 'slow',
    meaning: say.slow(),
    parameters: { ms: { meaning: say.late(), unit: 'ms', default: 1_000, min: 0, max: 600_000 } },
  },
  { name: 'hang', meaning: say.hang() },
  { name: 'away', meaning: say.away() },
  {
    name: 'status',
    meaning: say.status(),
    parameters: { code: { meaning: say.code(), unit: 'count', default: 503, min: 400, max: 599 } },
  },
  {
    name: 'partial',
    meaning: say.partial(),
    parameters: { share: { meaning: say.shareOfEntities(), unit: 'share', default: 0.5, min: 0, max: 1 } },
  },
  { name: 'expired-token', meaning: say.expiredToken(), isMomentary: true },
];

/** What it answers in the broker's stead. */
export function insteadOn(faults: FaultBoard): BrokerAnswer | 'hang' | undefined {
  if (faults.get('hang')) return 'hang';
  const status = faults.get('status')?.code;
  return status === undefined ? undefined : json(status, { error: 'Unavailable', description: 'refused for trial' });
}

/** The broker's answer to what the board leaves of a request, with what it left out. */
export function partlyAnswered(
  request: BrokerRequest,
  faults: FaultBoard,
  answer: (request: BrokerRequest) => BrokerAnswer,
): BrokerAnswer {
  const share = faults.get('partial')?.share;
  const update = request.method === 'POST' && share !== undefined ? readUpdate(request.body) : undefined;
  if (share === undefined || update === undefined) return answer(request);
  const { entities, bodyWith } = update;
  const failing = Math.max(1, Math.round(share * entities.length));
  const [stored, failed] = [entities.slice(0, -failing), entities.slice(-failing)];
  if (stored.length > 0) {
    const body = bodyWith(stored);
    const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
    const given = answer({ ...request, headers, body });
    if (given.status >= 300) return given;
  }
  return update.isV2 ? databaseError() : multiStatus(stored, failed);
}

interface Update {
  readonly isV2: boolean;
  readonly entities: readonly unknown[];
  bodyWith(entities: readonly unknown[]): string;
}

/** An update of NGSIv2 or an upsert of NGSI-LD; undefined for anything else. */
function readUpdate(body: string): Update | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (Array.isArray(parsed)) {
    return { isV2: false, entities: parsed, bodyWith: (entities) => JSON.stringify(entities) };
  }
  if (!isObject(parsed) || !Array.isArray(parsed.entities)) return undefined;
  const { entities } = parsed;
  return { isV2: true, entities, bodyWith: (some) => JSON.stringify({ ...Object(parsed), entities: some }) };
}

/** Orion tells the last fault of an update, not which entities are stored (`ngsi-v2-broker.ts`). */
function databaseError(): BrokerAnswer {
  const description = 'Database Error (collection: orion.entities - refused for trial)';
  return json(500, { error: 'InternalServerError', description });
}

/** ETSI GS CIM 009, 5.2.16: BatchOperationResult. */
function multiStatus(stored: readonly unknown[], failed: readonly unknown[]): BrokerAnswer {
  const idOf = (entity: unknown) => (isObject(entity) ? String(entity.id) : '');
  const error = {
    type: 'https://uri.etsi.org/ngsi-ld/errors/InternalError',
    title: 'refused for trial',
    status: 500,
  };
  return json(207, { success: stored.map(idOf), errors: failed.map((each) => ({ entityId: idOf(each), error })) });
}
