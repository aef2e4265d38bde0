/** What was written into the form of an order. */
import type { OrderField } from '../../../control/order-fields.ts';

/** As the action takes them; what was left empty is left out, and what fits nothing is told by the hub. */
export function argumentsOf(
  fields: readonly OrderField[],
  written: Readonly<Record<string, string>>,
): Readonly<Record<string, string | number | boolean>> {
  const entries = fields.flatMap(({ name, kind }) => {
    const text = written[name] ?? '';
    return text.trim() === '' ? [] : [[name, argumentOf(name, kind, text)] as const];
  });
  return Object.fromEntries(entries);
}

function argumentOf(name: string, kind: OrderField['kind'], text: string): string | number | boolean {
  const isFlag = /^(true|false)$/.test(text.trim());
  if ((kind === 'flag' || kind === 'value') && isFlag) return text.trim() === 'true';
  if (kind !== 'number' && kind !== 'value') return text;
  const number = Number(text);
  if (Number.isNaN(number)) return text;
  return name.endsWith('Ms') ? Math.round(number * 1_000) : number;
}
