import { sentences } from '../../shared/text.ts';

export const say = sentences('probe', {
  lineLost: { en: 'the line went away while it was probed: {why}', ja: '調べている間に回線が切れました: {why}' },
  plugAndAgain: {
    en: 'Plug it in firmly and probe again.',
    ja: 'しっかり接続してから、もう一度実行してください。',
  },
  unplugged: { en: 'the device was unplugged', ja: '機器が取り外されました' },
  stopWhoHasIt: {
    en: 'If it is the gateway: sudo systemctl stop machimori, probe, then start it again. Its devices are silent meanwhile; machimori maintenance keeps that from being an alarm.',
    ja: 'ゲートウェイが使用中なら、sudo systemctl stop machimori で止めてから調べ、終わったら起動し直してください。その間の無通信を警報にしないためには、先に machimori maintenance を実行します。',
  },
  checkLine: {
    en: 'Check the cable and its name (ls -l /dev/serial/by-id/) or address, and probe again.',
    ja: 'ケーブルと、その名前（ls -l /dev/serial/by-id/）またはアドレスを確認し、もう一度実行してください。',
  },
  nameValues: {
    en: 'The profile is a draft from the lines themselves: give each value its quantity, unit and scale.',
    ja: 'プロファイルは受信した行から作った下書きです。各値の名称、単位、倍率を設定してください。',
  },
  nameValuesOr: {
    en: 'The profile is a draft from the lines themselves: give each value its quantity, unit and scale. The shipped profile {profiles} would read them too, if that is what they mean.',
    ja: 'プロファイルは受信した行から作った下書きです。各値の名称、単位、倍率を設定してください。値の意味が合っていれば、付属のプロファイル {profiles} でも読めます。',
  },
  nameRegisters: {
    en: "Units without a profile answer, but no shipped profile fits: write one from the maker's register map.",
    ja: 'プロファイルのないユニットは応答しますが、付属のプロファイルは合いません。メーカーのレジスタ表からプロファイルを作成してください。',
  },
  compareProfile: {
    en: 'Registers do not say what they mean: compare the values with what the device shows.',
    ja: 'レジスタからは値の意味がわかりません。機器の表示と値を見比べてください。',
  },
});
