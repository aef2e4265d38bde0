import { sentences } from '../../../shared/text.ts';

export const say = sentences('cli.frames', {
  frames: { en: 'show the frames of a port as they come', ja: 'ポートのフレームをその場で表示' },
  port: { en: 'name of the port', ja: 'ポートの名前' },
  device: { en: 'only those of this device', ja: 'この機器のものだけ' },
  seconds: { en: 'end after so long', ja: 'この秒数で終了' },
  record: {
    en: 'print a recording that "machimori decode" reads',
    ja: '「machimori decode」で読める記録を出力',
  },
  note: {
    en: 'It ends with Ctrl-C, with the port, or after 30 minutes. Where a detector hears strangers’ devices only lengths and counts are shown.',
    ja: 'Ctrl-C、ポートの終了、または30分で終わります。検知器が他人の機器を受信するポートでは、長さと件数だけを表示します。',
  },
  came: { en: '{time}  {length}  {hex}  {text}', ja: '{time}  {length}  {hex}  {text}' },
  withheld: { en: '{time}  {length}', ja: '{time}  {length}' },
  nothingCame: { en: '{time}', ja: '{time}' },
  cut: { en: '{hex} … (cut)', ja: '{hex} …（以下略）' },
  reading: { en: '    {device} {kind}: {values}', ja: '    {device} {kind}: {values}' },
  doubted: { en: '    {device} {kind}: {values} ({quality})', ja: '    {device} {kind}: {values}（{quality}）' },
  more: { en: '    and {count} more readings', ja: '    ほか{count}件の測定値' },
  tags: { en: '    tags of operators: {count}', ja: '    事業者のタグ: {count}件' },
  rubbish: { en: '    ✗ {code}', ja: '    ✗ {code}' },
  rubbishWhy: { en: '    ✗ {code}: {detail}', ja: '    ✗ {code}: {detail}' },
  written: { en: '    → {hex}  {text}', ja: '    → {hex}  {text}' },
  missed: {
    en: '… {count} {count:frame|frames} left out: too many came at once',
    ja: '… 一度に多く届いたため、{count}件を省きました',
  },
  ended: {
    en: 'The port has ended, or runs with another configuration now.',
    ja: 'ポートが終了したか、新しい設定に切り替わりました。',
  },
  over: { en: 'The 30 minutes are over.', ja: '30分が経過しました。' },
  nothingToRecord: {
    en: 'nothing of this port can be recorded: what comes is withheld, or is not a frame',
    ja: 'このポートは記録できません（内容を表示しないポートか、フレームのないポートです）',
  },
  chooseDevice: {
    en: 'the devices of this port are of several types: name one with --device',
    ja: 'このポートには種類の異なる機器があります。--device でひとつ指定してください',
  },
});
