import { sentences } from '../../../shared/text.ts';

/** setup: a new box. */
export const say = sentences('cli.setup', {
  setup: {
    en: 'make a new box the gateway that a stick says (as root)',
    ja: 'USBメモリーの内容で新しい機器を設定する（root権限）',
  },
  folder: {
    en: 'stick, or folder with a folder "machimori"',
    ja: 'USBメモリー、または machimori フォルダーのある場所',
  },
  optionRoot: { en: 'set up an image below this folder', ja: 'このフォルダー以下のイメージを設定する' },
  note: {
    en: 'A box does this by itself when it starts for the first time with the stick plugged in, or when the stick is plugged in later. It does it once.',
    ja: 'USBメモリーを挿して初めて起動したとき、または後から挿したときに、機器が自動で1回だけ行います。',
  },
  nothingThere: {
    en: 'There is no folder "machimori" in {folder}.',
    ja: '{folder}に machimori フォルダーがありません。',
  },
  done: { en: 'This box is now the gateway {gateway}.', ja: 'この機器はゲートウェイ {gateway} になりました。' },
  startIt: {
    en: 'Start it: sudo systemctl start machimori-setup',
    ja: '起動してください: sudo systemctl start machimori-setup',
  },
  imageStarts: { en: 'It starts by itself with the image.', ja: 'イメージの初回起動時に自動で起動します。' },
  wipe: {
    en: 'The stick still holds the gateway’s password: delete its folder "machimori".',
    ja: 'USBメモリーにゲートウェイのパスワードが残っています。machimori フォルダーを削除してください。',
  },
});
