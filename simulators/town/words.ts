import { sentences } from '../../shared/text.ts';

export const say = sentences('simulators.town', {
  powerCycle: {
    en: 'The power fails and comes back; totals start from zero',
    ja: '電源が落ちて復帰し、累計が0から始まる',
  },
  offFor: { en: 'How long the power is away', ja: '電源が落ちている時間' },
  reset: { en: 'Totals start from zero, with the power on', ja: '電源が入ったまま累計が0に戻る' },
  stuck: {
    en: 'Totals do not move; who passes meanwhile is never counted',
    ja: '累計が動かず、その間の通過は計数されない',
  },
});
