/** People who pass a counter, as its quantities. */
import type { Totals } from '../../town/turnstile.ts';
import type { QuantityKind } from '../kind.ts';
import type { Quantity } from '../quantity.ts';
import type { SenseSettings } from '../senses.ts';
import { say } from './words.ts';

const crowd: SenseSettings = { is: 'crowd', perMinute: 6, scale: 1, offset: 0, noise: 0 };

export const PEOPLE: Readonly<Record<string, QuantityKind>> = {
  entered: { meaning: say.entered(), unit: '', otherwise: crowd },
  left: { meaning: say.left(), unit: '', otherwise: crowd },
};

/** Whole people, who do not come back: where the world falls, what was counted stays. */
export function crowdOf({ entered, left }: Readonly<Record<string, Quantity>>): (seconds: number) => Totals {
  const rising = (quantity: Quantity | undefined) => {
    let highest = 0;
    return (seconds: number) => {
      highest = Math.max(highest, Math.floor(quantity?.at(seconds) ?? 0));
      return highest;
    };
  };
  const [counted, gone] = [rising(entered), rising(left)];
  return (seconds) => ({ entered: counted(seconds), left: gone(seconds) });
}
