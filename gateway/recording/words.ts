import { sentences } from '../../shared/text.ts';

export const say = sentences('recording', {
  cut: {
    en: 'the recording ends in the middle of a block',
    ja: '記録がブロックの途中で終わっています',
  },
  damaged: {
    en: 'damaged: what follows cannot be read up to the next whole block',
    ja: '破損しています。次の正常なブロックまで読み取れません',
  },
  badBlock: {
    en: 'damaged: the block does not hold what it says',
    ja: '破損しています。ブロックの内容が長さと合いません',
  },
  badTime: { en: 'damaged: the block has an impossible time', ja: '破損しています。ブロックの時刻が正しくありません' },
  noInterface: {
    en: 'damaged: the block belongs to an interface that is not described',
    ja: '破損しています。ブロックのインターフェースの記述がありません',
  },
  manyInterfaces: {
    en: 'more than {max} interfaces; those beyond cannot be read',
    ja: 'インターフェースが{max}個を超えています。超えた分は読み取れません',
  },
  dataLost: {
    en: 'bytes were lost here when it was recorded',
    ja: '記録時に、ここでバイトが失われています',
  },
  otherLink: {
    en: 'link type {linkType} is not one that can be read: neither a line nor a network',
    ja: 'リンクタイプ{linkType}は読み取れません（シリアル回線でもネットワークでもありません）',
  },
  otherDatalink: {
    en: 'btsnoop data link {datalink} cannot be read; 1001 (H1), 1002 (H4) and 2001 (monitor) can',
    ja: 'btsnoopのデータリンク{datalink}は読み取れません。読み取れるのは1001（H1）、1002（H4）、2001（モニター）です',
  },
  otherVersion: {
    en: 'version {version} of the format cannot be read',
    ja: '形式のバージョン{version}は読み取れません',
  },
  longLine: {
    en: 'an object of more than {max} bytes was left out',
    ja: '{max}バイトを超えるオブジェクトを省きました',
  },
  exists: { en: 'the file already exists', ja: '同じ名前のファイルがすでにあります' },
  otherName: {
    en: 'Choose another name: a recording never replaces a file',
    ja: '別の名前を指定してください。記録が既存のファイルを上書きすることはありません',
  },
  unreadable: { en: 'the file cannot be read ({why})', ja: 'ファイルを読み取れません（{why}）' },
  checkPath: { en: 'Check the path', ja: 'パスを確認してください' },
  unrecognised: {
    en: 'this is not a recording: it is neither pcapng, pcap, btsnoop nor a log of gpsd',
    ja: '記録ファイルではありません（pcapng、pcap、btsnoop、gpsdのログのいずれでもありません）',
  },
  recordOne: { en: 'Record a line with machimori record', ja: 'machimori record で回線を記録してください' },
});
