/**
 * For each law whose text the authors have at hand, its last article. Articles are numbered through from the first; an
 * amended edition that renumbers them changes this table. The texts themselves are not part of the project.
 */
export const LAST_ARTICLE: ReadonlyMap<string, number> = new Map([
  // Edition of 2021-08-20.
  ['个人信息保护法', 74],
  // 2015-12-27
  ['反家庭暴力法', 38],
  // 2021-10-23
  ['家庭教育促进法', 55],
  // 2021-06-10
  ['数据安全法', 55],
  // 2024-04-26
  ['未成年人保护法', 132],
  // 2023-10-16
  ['未成年人网络保护条例', 60],
  // 2024-09-24
  ['网络数据安全管理条例', 64],
  // 2020-12-26
  ['预防未成年人犯罪法', 68],
]);
