/** @throws an error with the code TIMEOUT if the work takes longer; the work itself continues. */
export async function withinDeadline<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('It takes too long.'), { code: 'TIMEOUT' })), milliseconds);
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
