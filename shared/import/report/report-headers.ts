/** Columns that precede the row's own in a list of refused rows. An import skips them. */
export const REPORT_HEADERS: readonly string[] = ['导入行号', '原因代码', '原因', 'Reason'];
