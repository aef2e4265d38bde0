import { sentences } from '../../../../shared/text.ts';

export const say = sentences('console-page.device', {
  range: { en: 'Range of time', ja: '期間' },
  days: { en: '{count} d', ja: '{count}日' },
  asking: { en: 'Asking for what was before…', ja: '過去の値を取得しています…' },
  fromArchive: { en: 'From the archive, and live since.', ja: 'アーカイブと、その後の受信値です。' },
  fromMemory: {
    en: 'From the gateway’s memory since {time}, and live since. A restart clears it; with an archive it would stay.',
    ja: 'ゲートウェイのメモリーにある{time}以降の値と、その後の受信値です。再起動すると消えます（アーカイブを設定すると残ります）。',
  },
  archiveAway: {
    en: 'The archive could not be asked ({why}). This is from memory.',
    ja: 'アーカイブに問い合わせできませんでした（{why}）。メモリーの値を表示しています。',
  },
  cut: {
    en: 'The archive took too long; what is older is missing. Choose a shorter range.',
    ja: 'アーカイブの応答に時間がかかったため、古い値は表示していません。短い期間を選んでください。',
  },
  together: {
    en: 'Readings within {span} are one point; the band goes from the least to the greatest.',
    ja: '{span}ごとにまとめています。帯は最小から最大までの幅です。',
  },
  nothing: { en: 'Nothing was observed in this time.', ja: 'この期間の観測値はありません。' },
  least: { en: 'Least', ja: '最小' },
  greatest: { en: 'Greatest', ja: '最大' },
  mean: { en: 'Mean', ja: '平均' },
  doubtful: { en: 'in doubt', ja: '要確認' },
});
