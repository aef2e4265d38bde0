/** `npm run --silent privacy-figures`: what attackers learn, as the table in docs/privacy.md has it. */
import { playAttackers } from './attackers.ts';
import { tableOfFigures } from './table-of-figures.ts';

for (const row of tableOfFigures(await playAttackers())) console.log(row);
