import type { Figures, Learnt } from './attackers.ts';

/** The rows of the table in docs/privacy.md. */
export function tableOfFigures({ tags, ...figures }: Figures): string[] {
  const row = (who: string, { has, identifiers, opened, linked, counted }: Learnt) =>
    `| ${who} | ${has} | ${opened} | ${identifiers} of ${tags} | ${linked} | ${counted ?? 'no'} |`;
  return [
    row('has a stolen phone: its list, and an upload with tags and one without', figures.stolenPhone),
    row('has a stolen gateway, and its memory while a window is open', figures.stolenGateway),
    row("has two versions of a gateway's data, a minute apart", figures.twoVersions),
    row('runs the hub', figures.hubOperator),
    row("is an operator, and got hold of its neighbour's sightings", figures.neighbouringOperator),
  ];
}
