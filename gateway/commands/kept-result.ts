/** A result as it is kept on the disk, at the gateway that told it and at the hub that took it. */
import * as v from 'valibot';
import { ORDER_OUTCOMES } from '../../shared/orders/result.ts';

export const keptResult = v.object({
  order: v.string(),
  id: v.optional(v.string()),
  gateway: v.string(),
  outcome: v.picklist(ORDER_OUTCOMES),
  reason: v.optional(v.string()),
  text: v.optional(v.object({ code: v.string(), en: v.string(), ja: v.string() })),
  at: v.optional(v.number()),
  details: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
  /** Of a gateway's last ones only. */
  attachment: v.optional(v.string()),
});
