import { sentences } from '../../../shared/text.ts';

export const say = sentences('cli.doctor', {
  doctor: {
    en: 'examine this box, the way to the city OS and the gateway that runs',
    ja: '機器、都市OSまでの経路、稼働中のゲートウェイを診断',
  },
  offline: { en: 'ask nobody over the network', ja: 'ネットワークには問い合わせない' },
  exit: {
    en: 'A line each: ✓ good, △ doubtful, ✗ bad, ? this machine does not tell. Exit code 0 if nothing is bad.',
    ja: '1行に1項目: ✓ 正常、△ 要確認、✗ 異常、? 確認できない。異常がなければ終了コードは0。',
  },
  nothingBad: { en: 'Nothing is bad.', ja: '異常はありません。' },
  someBad: { en: '{count} to mend.', ja: '対処が必要な項目: {count}件' },
});
