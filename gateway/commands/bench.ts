import type { Command } from './command.ts';
export const bench: Command = { name: 'bench', arguments: '', summary: '', run: async () => 0 };
