import { expect } from 'vitest';
import type { Fault } from '../../../gateway/words/fault.ts';

/** What is wrong and what to do are told in English and in Japanese, each whole. */
export function expectBothLanguages(faults: readonly Pick<Fault, 'what' | 'mend'>[]): void {
  for (const { what, mend } of faults) {
    for (const { en, ja } of [what, mend]) {
      expect(en).not.toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}]/u);
      expect(ja).toMatch(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
      expect(`${en}${ja}`).not.toMatch(/undefined|\[object|Error:|\{\w+\}/);
    }
  }
}
