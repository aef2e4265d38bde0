import { sentences } from '../../../shared/text.ts';

export const say = sentences('cli.output', {
  output: { en: 'sirens, lamps and boards on the spot', ja: '現地のサイレン、警告灯、表示板' },
  name: { en: 'name of the output', ja: '出力の名前' },
  list: { en: 'how each output stands', ja: '各出力の状態を表示' },
  test: { en: 'switch an output on for a moment', ja: '出力を一時的にオンにして試験' },
  testFor: { en: 'for how long', ja: '試験する時間' },
  silence: { en: 'switch an output off although alarms stand', ja: '警報が続いていても出力を止める' },
  silenceNote: {
    en: 'It goes on again with the next alarm. What is silenced is forgotten when the gateway starts anew.',
    ja: '次の警報が出ると再び動作します。ゲートウェイが起動し直すと、停止の指示は失われます。',
  },
  none: { en: 'There are no outputs.', ja: '出力はありません。' },
  tested: { en: '{output} is on for {time}.', ja: '{output} を{time}の間オンにします。' },
  silenced: {
    en: '{output} is silenced until a further alarm is raised.',
    ja: '{output} を止めました。新しい警報が出ると再び動作します。',
  },
});
