import { sentences } from '../../shared/text.ts';

export const say = sentences('buffer', {
  inUse: { en: 'another process has the buffer open', ja: '別のプロセスがバッファを開いています' },
  stopTheOther: {
    en: 'Stop the other gateway, or give this one its own data directory',
    ja: 'もう一方のゲートウェイを停止するか、このゲートウェイに別のデータディレクトリを指定してください',
  },
  unusable: { en: 'the buffer cannot be opened ({why})', ja: 'バッファを開けません（{why}）' },
  checkFolder: {
    en: 'Check that the folder exists, that this user owns it and that its disk is not full',
    ja: 'フォルダーがあること、所有者がこのユーザーであること、ディスクに空きがあることを確認してください',
  },
  notWritten: { en: 'the buffer could not be written ({why})', ja: 'バッファに書き込めませんでした（{why}）' },
  freeSpace: {
    en: 'Free space on the disk, or check its health; the gateway goes on with the next readings',
    ja: 'ディスクの空きを増やすか、ディスクの状態を点検してください。ゲートウェイは次の測定値から動作を続けます',
  },
});
