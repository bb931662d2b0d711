# Debian's cross compiler for 64-bit Arm; what it builds runs under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_FIND_ROOT_PATH /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# The processor that the tests are run on: max has everything, cortex-a72 neither dotprod nor i8mm,
# neoverse-n1 dotprod alone.
set(OUTPOST_QEMU_CPU max CACHE STRING "-cpu of qemu-aarch64")
set(CMAKE_CROSSCOMPILING_EMULATOR
  qemu-aarch64 -cpu ${OUTPOST_QEMU_CPU} -L ${CMAKE_FIND_ROOT_PATH})

# Headers that are the same for every architecture, of the host's packages; all of /usr/include would
# bring the host's C library.
set(headers ${CMAKE_BINARY_DIR}/host_headers)
file(MAKE_DIRECTORY ${headers})
file(CREATE_LINK /usr/include/tl ${headers}/tl SYMBOLIC)
include_directories(SYSTEM ${headers})
