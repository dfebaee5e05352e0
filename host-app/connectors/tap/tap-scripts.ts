/*
 * The two shell scripts that a tap is run by. Neither is given anything by its text: all comes as arguments.
 *
 * The first leads the tap's process group, and stays its leader until the whole group is ended: so the group's number is
 * never somebody else's. It starts the tap when it is told to, and says how it ended. The second stands outside of the
 * group and of ours, and waits for the end of its standard input: by our word, or because we are gone, however we went.
 * Then it ends the group, whatever has left the group and still has the run's folder for its home, and wipes the folder.
 */

/**
 * Arguments: folder, path, megabytes of memory, the folder that is to be hidden around the first (or none, then no walls are
 * built), the program and its arguments. Reads a line from descriptor 3 before it begins; writes the exit code to descriptor 4.
 *
 * The walls, where the system lets us build them without being root: a list of processes of its own, in which all end with
 * the first, and a view of the file system in which the hidden folder has nothing but the tap's own.
 */
export const leaderScript = `
folder=$1 path=$2 megabytes=$3 hidden=$4
shift 4
unset NODE_OPTIONS
read -r word <&3 || exit 0
ulimit -c 0
ulimit -f 1048576 2>/dev/null
ulimit -d $((megabytes * 1024)) 2>/dev/null
threads=$(ls -d /proc/[0-9]*/task/[0-9]* 2>/dev/null | wc -l)
[ "$threads" -gt 0 ] && ulimit -u $((threads + 512)) 2>/dev/null
alone='
folder=$1 path=$2 hidden=$3
shift 3
cd "$folder" || exit 125
if [ "$hidden" ]; then
  mount -t tmpfs -o mode=700,size=64k none "$hidden" && mkdir -p "$folder" && mount -c --bind . "$folder" && cd "$folder" || exit 125
fi
env -i PATH="$path" HOME="$folder" LANG=C.UTF-8 "$@" 3<&- 4>&-
echo $? >&4
'
wall='unshare --user --map-root-user --mount --pid --fork --kill-child --mount-proc'
PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ "$hidden" ] && $wall sh -c 'mount -t tmpfs none "$1" && [ -x "$2" ]' tap "$hidden" "$1" >/dev/null 2>&1; then
  $wall sh -c "$alone" tap "$folder" "$path" "$hidden" "$@" </dev/null
else
  sh -c "$alone" tap "$folder" "$path" "" "$@" </dev/null
fi
echo $? >&4
exec >/dev/null 2>&1 4>&-
read -r word <&3
`

/** Arguments: the number of the leader, which is that of its group, and the folder. Says `ready` on standard output. */
export const wardenScript = `
unset NODE_OPTIONS
trap '' HUP INT TERM PIPE
echo ready
read -r word
kill -9 "-$1" 2>/dev/null
rounds=0
while [ $rounds -lt 50 ]; do
  strays=$(grep -lsaF "HOME=$2" /proc/[0-9]*/environ 2>/dev/null | tr -dc '0-9\\n')
  [ "$strays" ] || break
  kill -9 $strays 2>/dev/null
  rounds=$((rounds + 1))
done
rm -rf "$2"
[ -e "$2" ] && sleep 1 && rm -rf "$2"
exit 0
`
