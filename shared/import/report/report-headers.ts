/** Columns that a list of refused rows has before the row's own. An import skips them. */
export const REPORT_HEADERS: readonly string[] = ['导入行号', '原因代码', '原因', 'Reason'];
