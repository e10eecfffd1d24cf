/** The columns that stand before the row's own in a list of refused rows. An import of the mended list passes them over. */
export const REPORT_HEADERS: readonly string[] = ['导入行号', '原因代码', '原因', 'Reason'];
