/** Orders in a page of entities; what differs between the versions of NGSI is handed in. */
import type { HttpAnswer } from '../../net/http.ts';
import { type AskedOrder, jsonOf, listOf, memberOf, timeOf } from './format.ts';

export interface Reading {
  writtenAt(attribute: unknown): number | undefined;
  /** Metadata, or a sub-property. */
  beside(attribute: unknown, name: string): unknown;
  /** The time that goes with a value. */
  timeBeside(attribute: unknown): number | undefined;
}

export function readOrders(answer: HttpAnswer, name: string, { writtenAt, beside, timeBeside }: Reading) {
  const entities = listOf(jsonOf(answer));
  const orders = entities.flatMap((entity): AskedOrder[] => {
    const [id, type, attribute] = ['id', 'type', name].map((key) => memberOf(entity, key));
    const at = writtenAt(attribute);
    if (typeof id !== 'string' || typeof type !== 'string' || at === undefined) return [];
    const orderId = beside(attribute, 'orderId');
    const status = memberOf(entity, `${name}_status`);
    return [
      {
        ...{ id, type, value: memberOf(attribute, 'value'), writtenAt: at },
        ...(typeof orderId === 'string' && { orderId }),
        expiresAt: timeOf(beside(attribute, 'expiresAt')),
        ...(status !== undefined && { status: { value: memberOf(status, 'value'), of: timeBeside(status) } }),
      },
    ];
  });
  return { count: entities.length, orders };
}
