#!/bin/sh
# fcgi_copies.sh COUNT PROGRAM [ARGUMENT...]
# Runs COUNT copies of a FastCGI program on the one listening socket that is on descriptor 0.
# The last replaces this shell. (A background job gets /dev/null on 0, hence 3.)
count=$1
shift
exec 3<&0
while [ "$count" -gt 1 ]; do
  "$@" <&3 3<&- &
  count=$((count - 1))
done
exec "$@" 3<&-
