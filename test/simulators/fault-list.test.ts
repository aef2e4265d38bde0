import { expect, test } from 'vitest';
import { FaultBoard } from '../../simulators/fault-board.ts';
import { FAULT_LISTS } from '../../simulators/fault-list.ts';

test.each(FAULT_LISTS)(
  '$of.en: each fault has one name, in kebab case, and defaults within its bounds',
  ({ kinds }) => {
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
    const board = new FaultBoard(kinds);
    for (const { name, parameters = {} } of kinds) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      const defaults = Object.fromEntries(Object.entries(parameters).map(([key, each]) => [key, each.default]));
      board.strike(name, defaults); // refuses what is beyond its bounds
    }
  },
);
