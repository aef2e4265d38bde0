/** When something is to happen: "gauge-bridge.level > 2 and city.stored >= 100". */

const PART = String.raw`[A-Za-z0-9][A-Za-z0-9._-]*\.[A-Za-z][A-Za-z0-9._-]*\s*(>=|<=|==|>|<)\s*-?\d+(\.\d+)?`;
export const CONDITION = new RegExp(String.raw`^\s*${PART}(\s+and\s+${PART})*\s*$`);

export interface Comparison {
  /** A device, a wire or a city. */
  readonly subject: string;
  /** A quantity of it; of a device also "sent" and "stored", of a city "stored". */
  readonly quantity: string;
  readonly operator: '>' | '<' | '>=' | '<=' | '==';
  readonly number: number;
}

/** The comparisons of a text that fits `CONDITION`; all must hold. A device's name may have dots: the last one separates. */
export function parseCondition(text: string): readonly Comparison[] {
  return text.split(/\s+and\s+/).map((part) => {
    const [, name = '', operator, number] = /^\s*(\S+?)\s*(>=|<=|==|>|<)\s*(\S+)\s*$/.exec(part) ?? [];
    const dot = name.lastIndexOf('.');
    return {
      subject: name.slice(0, dot),
      quantity: name.slice(dot + 1),
      operator: operator as Comparison['operator'], // the pattern has no others
      number: Number(number),
    };
  });
}

/** Whether all hold; what is not sensed holds nothing. */
export function holds(
  comparisons: readonly Comparison[],
  sensed: (subject: string, quantity: string) => number | undefined,
): boolean {
  return comparisons.every(({ subject, quantity, operator, number }) => {
    const value = sensed(subject, quantity);
    if (value === undefined) return false;
    if (operator === '>') return value > number;
    if (operator === '<') return value < number;
    if (operator === '>=') return value >= number;
    if (operator === '<=') return value <= number;
    return value === number;
  });
}
